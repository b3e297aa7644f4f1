import { describe, expect, it } from 'vitest';
import { Disk, type DiskState } from './shim/disk-model.ts';
import { cutPower } from './shim/power-cuts.ts';
import { Random } from './shim/random.ts';
import type { Call } from './shim/read-trace.ts';

const FOLDER = '/office';
const open = (descriptor: number, path: string): Call => ({ call: 'open', descriptor, path: FOLDER + path, makes: true, empties: false });
const write = (descriptor: number, at: number, text: string): Call => ({ call: 'write', descriptor, at, data: Buffer.from(text) });
const sync = (descriptor: number, failed = false): Call => ({ call: 'sync', descriptor, failed });
const SYNC_FOLDER = [{ call: 'open', descriptor: 90, path: FOLDER, makes: false, empties: false }, sync(90)] satisfies Call[];

/** Every disk that a few hundred power cuts leave after these calls, as `name=content` with commas. */
function disksAfter(...calls: Call[]): string[] {
  const disk = new Disk(FOLDER);
  for (const call of calls) disk.apply(call);
  const told = (state: DiskState): string => [...state].map(([path, content]) => `${path}=${content.toString()}`).join();
  return [...new Set([...cutPower(disk, new Random(7), 300)].map(({ state }) => told(state)))].sort();
}

describe('the model of a disk', () => {
  it('is sure of a file when its data and its folder were synced, and of nothing before', () => {
    expect(disksAfter(open(3, '/a'), write(3, 0, 'x'))).toEqual(['', 'a=', 'a=\0', 'a=x']);
    expect(disksAfter(open(3, '/a'), write(3, 0, 'x'), sync(3))).toEqual(['', 'a=x']);
    expect(disksAfter(open(3, '/a'), write(3, 0, 'x'), ...SYNC_FOLDER)).toEqual(['a=', 'a=\0', 'a=x']);
    expect(disksAfter(open(3, '/a'), write(3, 0, 'x'), sync(3), ...SYNC_FOLDER)).toEqual(['a=x']);
  });

  it('lets a later write be there without an earlier one', () => {
    const disks = disksAfter(open(3, '/a'), write(3, 0, '..'), sync(3), ...SYNC_FOLDER, write(3, 0, 'x'), write(3, 1, 'y'));
    expect(disks).toEqual(['a=..', 'a=.y', 'a=x.', 'a=xy']);
  });

  it('tears a write at sectors', () => {
    const [old, young] = ['o'.repeat(1024), 'y'.repeat(1024)];
    const disks = disksAfter(open(3, '/a'), write(3, 0, old), sync(3), ...SYNC_FOLDER, write(3, 0, young));
    expect(disks).toEqual([old, old.slice(512) + young.slice(512), young.slice(512) + old.slice(512), young].map((text) => `a=${text}`));
  });

  it('never takes a later sync for what a failed one covered', () => {
    const disks = disksAfter(open(3, '/a'), ...SYNC_FOLDER, write(3, 0, 'xx'), sync(3, true), write(3, 1, 'y'), sync(3));
    expect(disks).toEqual(['a=\0y', 'a=xy']);
  });

  it('gives a file one of its names through a rename, and both or one through a link', () => {
    const made = [open(3, '/a'), write(3, 0, 'x'), sync(3), ...SYNC_FOLDER];
    expect(disksAfter(...made, { call: 'rename', from: '/office/a', to: '/office/b' })).toEqual(['a=x', 'b=x']);
    expect(disksAfter(...made, { call: 'link', from: '/office/a', to: '/office/b' })).toEqual(['a=x', 'a=x,b=x']);
    expect(disksAfter(...made, { call: 'unlink', path: '/office/a' })).toEqual(['', 'a=x']);
  });

  it('finds nothing below a folder whose own name is not there', () => {
    const folder: Call = { call: 'mkdir', path: '/office/f' };
    const inner: Call[] = [{ call: 'open', descriptor: 4, path: '/office/f', makes: false, empties: false }, sync(4)];
    expect(disksAfter(folder, open(3, '/f/a'), ...inner)).toEqual(['', 'f/a=']);
    expect(disksAfter(folder, open(3, '/f/a'), ...inner, ...SYNC_FOLDER)).toEqual(['f/a=']);
  });
});
