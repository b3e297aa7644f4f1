import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { entryView } from '../../contract/audit.ts';
import { verifyReport } from '../../contract/ipc.ts';
import { signCheckpoint } from '../../ledger/checkpoint.ts';
import { parseTlogProof } from '../../ledger/tlog-proof.ts';
import { Offices, openedBranch } from '../support/office.ts';
import { runOutpost } from '../support/run-outpost.ts';
import { tamper } from '../support/tamper.ts';
import { decisionDraft } from '../support/temporary-log.ts';
import { countersigned, witnessNamed } from '../support/witnesses.ts';

const offices = new Offices();
const witness = witnessNamed('head-office');
/** An office with decisions 9 to 11, and its log's key. */
let office: string;
let vkey: string;
let forked: string;
beforeAll(async () => {
  await offices.make('now');
  office = offices.copy();
  const branch = await openedBranch(office, { clock: { now: () => Date.now(), mono: () => 0 } });
  appendEntries(
    branch.log,
    [1, 2, 3].map((n) => ({ entry: decisionDraft(n) })),
  );
  checkpointLog(branch.log);
  vkey = branch.log.signer.vkey;
  forked = countersigned(signCheckpoint(12, Buffer.alloc(32, 1), branch.log.signer), [witness, 1_800_000_000]);
  await branch.close();
});
afterAll(() => offices.remove());

const outpost = async (...args: string[]) => await runOutpost([...args, '--data', office]);
function file(name: string, text: string): string {
  const path = offices.path(name);
  writeFileSync(path, text);
  return path;
}

describe('outpost log', () => {
  it('proves an entry, and the way from one size to another', async () => {
    const proof = await outpost('log', 'proof', '--seq', '9');
    expect([proof.code, parseTlogProof(proof.stdout)?.index]).toEqual([0, 9]);
    const way = await outpost('log', 'proof', '--from', '5', '--to', '12', '--json');
    expect(JSON.parse(way.stdout)).toMatchObject({ from: 5, to: 12, hashes: expect.arrayContaining([expect.stringMatching(/=$/)]) });
    for (const unclear of [
      [],
      ['--seq', '1', '--from', '1'],
      ['--from', '1'],
      ['--seq', '99'],
      ['--from', '9', '--to', '5'],
      ['--seq', 'x'],
    ])
      expect((await outpost('log', 'proof', ...unclear)).code).toBe(2);
  });

  it('shows one entry of any type with its bytes and its proof', async () => {
    const view = entryView.parse(JSON.parse((await outpost('log', 'inspect', '--seq', '0', '--json')).stdout));
    expect(view).toMatchObject({ type: 'genesis', interval: { notBefore: null, notAfter: null } });
    const words = await outpost('log', 'inspect', '--seq', '9');
    expect(words.stdout).toContain('by the clocks of witnesses: not bounded yet');
    expect(words.stdout).toContain('c2sp.org/tlog-proof@v1');
    expect((await outpost('log', 'inspect', '--seq', '999')).code).toBe(2);
  });

  it('writes tiles into a new folder, and never over another', async () => {
    const out = offices.path('tiles');
    expect((await outpost('log', 'tiles', '--out', out)).code).toBe(0);
    expect(readFileSync(join(out, 'checkpoint'), 'utf8')).toContain('\n12\n');
    expect(existsSync(join(out, 'tile/entries/000.p/12'))).toBe(true);
    expect((await outpost('log', 'tiles', '--out', out)).code).toBe(2);
  });

  it('names whom it trusts, takes in what they countersigned, and verifies with 0 when that is all of it', async () => {
    expect((await outpost('log', 'trust', '--json')).stdout).toContain('null');
    const early = file('early', countersigned((await outpost('log', 'checkpoint')).stdout, [witness, 1_800_000_000]));
    expect(await outpost('log', 'countersigned', early)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/No witness is believed/),
    });
    expect((await outpost('log', 'trust', '--quorum', '1')).code).toBe(2);
    expect((await outpost('log', 'trust', '--witness', 'nonsense')).code).toBe(2);
    expect((await outpost('log', 'trust', '--witness', witness.vkey)).stdout).toBe(`quorum 1\n${witness.vkey}\n`);
    const note = countersigned((await outpost('log', 'checkpoint')).stdout, [witness, 1_800_000_000]);
    expect(await outpost('log', 'countersigned', file('note', note))).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/13 entries/),
    });
    const verified = await outpost('log', 'verify', '--json');
    expect([verified.code, verifyReport.parse(JSON.parse(verified.stdout))]).toMatchObject([0, { verdict: 'intact', countersigned: 13 }]);
    expect((await outpost('log', 'verify')).stdout).toMatch(/^Intact\.\n/);
    expect((await outpost('log', 'inspect', '--seq', '9')).stdout).toContain('before 2027-01-15T08:00:00.000Z');
    const fork = await outpost('log', 'countersigned', file('fork', forked));
    expect([fork.code, fork.stderr]).toEqual([1, expect.stringMatching(/not the entries of this log/)]);
    expect((await outpost('log', 'verify')).code).toBe(2);
    expect((await outpost('log', 'countersigned', offices.path('nowhere'))).code).toBe(2);
  });
});

describe('outpost receipt and verify-receipt', () => {
  it('give a receipt and hold it against the log, or check it by itself', async () => {
    const receipt = await outpost('receipt', '--seq', '10');
    expect(receipt.code).toBe(0);
    const path = file('receipt', receipt.stdout);
    const against = await outpost('verify-receipt', path);
    expect([against.code, against.stdout]).toEqual([0, expect.stringMatching(/^The receipt holds\./)]);
    const alone = (...args: string[]) => runOutpost(['verify-receipt', path, '--vkey', vkey, ...args], { OUTPOST_DATA: '' });
    expect((await alone()).code).toBe(2);
    const { leafHash } = JSON.parse((await outpost('receipt', '--seq', '10', '--json')).stdout) as { leafHash: string };
    expect((await alone('--hash', leafHash)).code).toBe(2);
    expect((await alone('--hash', 'ab'.repeat(32))).code).toBe(3);
    expect((await alone('--hash', 'short')).code).toBe(2);
    const { witness: by, note } = { witness: witness.vkey, note: receipt.stdout };
    const cosigned = file(
      'cosigned',
      `${note.slice(0, note.indexOf('\n\n') + 2)}${countersigned(checkpointIn(note), [witness, 1_800_000_000])}`,
    );
    expect((await runOutpost(['verify-receipt', cosigned, '--vkey', vkey, '--witness', by])).code).toBe(0);
    expect((await outpost('receipt', '--seq', '0')).code).toBe(2);
    expect((await outpost('verify-receipt', file('nonsense', 'nonsense'))).code).toBe(3);
    expect((await runOutpost(['verify-receipt', path], { OUTPOST_DATA: '' })).code).toBe(2);
  });

  it('show a log that was cut', async () => {
    const own = offices.copy();
    const branch = await openedBranch(own, { clock: { now: () => Date.now(), mono: () => 0 } });
    appendEntries(
      branch.log,
      [1, 2, 3].map((n) => ({ entry: decisionDraft(n) })),
    );
    await branch.close();
    const receipt = file('early-receipt', (await runOutpost(['receipt', '--seq', '9', '--data', own])).stdout);
    const cut = await openedBranch(own, { clock: { now: () => Date.now(), mono: () => 0 } });
    tamper(cut.log.db, 'DELETE FROM decisions WHERE seq > 9', 'DELETE FROM entries WHERE seq > 9', 'DELETE FROM checkpoints');
    tamper(cut.log.db, `UPDATE entries SET root = x'${'00'.repeat(32)}' WHERE seq = 9`);
    await cut.close();
    const run = await runOutpost(['verify-receipt', receipt, '--data', own]);
    expect([run.code, run.stdout]).toEqual([1, expect.stringMatching(/TAMPERED.*\n.*it was cut/)]);
  });
});

function checkpointIn(proof: string): string {
  return proof.slice(proof.indexOf('\n\n') + 2);
}
