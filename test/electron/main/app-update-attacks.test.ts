import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { INSTALLER_BYTES } from '../../support/app-releases.ts';
import { after, before, DeskTrial, isInstaller, refused, tamper } from './desk-trial.ts';

const trial = new DeskTrial();

describe('attacks on the line', () => {
  it('without a network nothing happens, and the program goes on', async () => {
    const own = trial.desk();
    await trial.server.stop();
    expect(await own.check()).toMatchObject({ state: 'none', failure: null });
  });

  it('cut in the middle, a download goes on from there after the program was started again', async () => {
    let cuts = 0;
    trial.server.attack = (path, request, response) => {
      if (!path.endsWith('.exe') || request.headers.range !== undefined) return false;
      cuts += 1;
      response.writeHead(200, { 'content-length': after.length });
      response.write(after.subarray(0, 2_500_000), () => setTimeout(() => response.destroy(), 50));
      return true;
    };
    // The line is cut before anything more comes.
    const first = trial.server.attack;
    trial.server.attack = (path, request, response) => {
      if (path.endsWith('.exe') && request.headers.range !== undefined) return Boolean(response.destroy());
      return first(path, request, response);
    };
    expect(await trial.desk().check()).toMatchObject({ state: 'failed', failure: { kind: 'update-unreachable' } });
    expect(cuts).toBeGreaterThan(0);
    trial.server.attack = null;
    trial.server.asked.length = 0;
    const again = trial.desk();
    expect(await again.check()).toMatchObject({ state: 'ready' });
    expect(readFileSync(again.pending[0]!)).toEqual(after);
    const [asked] = trial.server.asked.filter(isInstaller);
    expect(Number(/bytes=(\d+)-$/.exec(asked ?? '')?.[1])).toBeGreaterThan(1_000_000);
  });

  it.each([
    ['answers with another byte', tamper(after), 'update-refused'],
    ['answers with less, and says so', after.subarray(0, 1_000_000), 'update-refused'],
    ['answers with more', Buffer.concat([tamper(after), after]), 'update-refused'],
  ])('a server that %s is refused, in parts and as a whole', async (_what, false_, kind) => {
    trial.server.attack = (path, request, response) => {
      if (!path.endsWith('.exe')) return false;
      const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
      const part = false_.subarray(Number(first ?? 0), last ? Number(last) + 1 : false_.length);
      const place = `bytes ${first}-${Number(first) + part.length - 1}/${false_.length}`;
      const length = { 'content-length': part.length };
      response.writeHead(first === undefined ? 200 : 206, first === undefined ? length : { ...length, 'content-range': place }).end(part);
      return true;
    };
    const own = trial.desk();
    own.keepInstaller(before);
    expect(await own.check()).toMatchObject({ state: 'failed', failure: { kind } });
    expect(own.pending).toEqual([]);
    await expect(own.update.install()).rejects.toMatchObject(refused('restart-refused', 'not-ready'));
  });

  it.each([
    ['ignores ranges', (response: ServerResponse) => void response.writeHead(200).end(after)],
    [
      'never ends a part',
      (response: ServerResponse, range: string) => {
        response.writeHead(206, { 'content-range': `${range.replace('=', ' ')}/${after.length}` });
        const pump = setInterval(() => response.write(Buffer.alloc(60_000)), 5);
        response.on('close', () => clearInterval(pump));
      },
    ],
    ['says nothing', () => undefined],
    [
      'trickles',
      (response: ServerResponse, range: string) => {
        response.writeHead(206, { 'content-range': `${range.replace('=', ' ')}/${after.length}` });
        const pump = setInterval(() => response.write('x'), 100);
        response.on('close', () => clearInterval(pump));
      },
    ],
  ])('a server that %s is given up in time, and the whole file is fetched', async (_what, answer) => {
    trial.server.attack = (path, request, response) => {
      const { range } = request.headers;
      if (!path.endsWith('.exe') || !/^bytes=\d+-\d+$/.test(range ?? '')) return false;
      answer(response, range ?? '');
      return true;
    };
    const own = trial.desk();
    own.keepInstaller(before);
    expect(await own.check()).toMatchObject({ state: 'ready' });
    expect(readFileSync(own.pending[0]!)).toEqual(after);
    expect(trial.server.asked.filter((asked) => isInstaller(asked) && /bytes=\d+-\d+$/.test(asked)).length).toBeLessThan(3);
  });

  it('an old installer that is not what its block map says costs a whole download, and no more', async () => {
    const own = trial.desk();
    own.keepInstaller(tamper(Buffer.alloc(INSTALLER_BYTES)));
    expect(await own.check()).toMatchObject({ state: 'ready' });
    expect(readFileSync(own.pending[0]!)).toEqual(after);
  });
});
