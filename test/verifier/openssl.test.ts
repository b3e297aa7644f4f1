/** The second way: a checkpoint's signature by a public tool. OpenSSL is a system package (build/system-packages.ts); without it these tests fail. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { SampleLog, signer } from './sample-log.ts';

const SCRIPT = fileURLToPath(new URL('../../verifier/check-with-openssl.sh', import.meta.url));
const room = mkdtempSync(join(tmpdir(), 'outpost-openssl-'));
afterAll(() => rmSync(room, { recursive: true }));

const LOG = signer('branch-7.example/epoch-1', 1);
const WITNESS = signer('head-office.example', 4);
const log = new SampleLog(LOG);
log.decide();
const NOTE = log.checkpoint(2, [
  [signer('other.example', 4), 5],
  [WITNESS, 1_700_000_000],
]);

function check(note: string | Buffer, vkey: string): { status: number | null; said: string } {
  const path = join(room, 'checkpoint with a space');
  writeFileSync(path, note);
  const done = spawnSync('sh', [SCRIPT, path, vkey], { encoding: 'utf8' });
  return { status: done.status, said: done.stdout + done.stderr };
}

describe('check-with-openssl.sh', () => {
  it('has the OpenSSL that it needs', () => {
    expect(spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout, 'install it: apt-get install openssl').toMatch(/^OpenSSL [3-9]/);
  });

  it('finds the signature of the log valid, and shows what was signed', () => {
    const { status, said } = check(NOTE, LOG.vkey);
    expect(said).toContain(`  ${LOG.name}\n  2\n`);
    expect(said).toContain('\nVALID\n');
    expect(status).toBe(0);
  });

  it("finds a witness's signature valid, with its time", () => {
    const { status, said } = check(NOTE, WITNESS.vkey);
    expect(said).toContain('  cosignature/v1\n  time 1700000000\n');
    expect(status).toBe(0);
  });

  it('finds a changed size, root, time or key not valid', () => {
    expect(check(NOTE.replace('\n2\n', '\n3\n'), LOG.vkey).status).toBe(1);
    expect(check(NOTE.replace('\n2\n', '\n3\n'), WITNESS.vkey).status).toBe(1);
    expect(check(NOTE, signer(LOG.name, 1, 'thief').vkey).status).toBe(1);
    const line = NOTE.trim().split('\n').at(-1)!;
    const payload = Buffer.from(line.split(' ')[2]!, 'base64');
    payload.writeBigUInt64BE(1_700_000_001n, 4);
    expect(check(NOTE.replace(line.split(' ')[2]!, payload.toString('base64')), WITNESS.vkey).status).toBe(1);
  });

  it('says what it cannot read', () => {
    expect(check('no note', LOG.vkey)).toMatchObject({ status: 3 });
    expect(check('', LOG.vkey)).toMatchObject({ status: 3 });
    expect(check(Buffer.from([0, 255, 10, 10, 0]), LOG.vkey).status).not.toBe(0);
    expect(check(NOTE.replace('\n2\n', '\n2\0\n'), LOG.vkey).status).not.toBe(0);
    expect(check(`\u001b[8m${NOTE}`, LOG.vkey)).toMatchObject({ status: 3 });
    for (const vkey of ['', 'a', 'a+b', 'a+b+c', LOG.vkey.slice(0, -4), LOG.vkey.replace('epoch-1', 'epoch-2')]) {
      expect(check(NOTE, vkey)).toMatchObject({ status: 3 });
    }
    expect(spawnSync('sh', [SCRIPT, join(room, 'nothing'), LOG.vkey]).status).toBe(3);
    expect(spawnSync('sh', [SCRIPT]).status).toBe(3);
  });
});
