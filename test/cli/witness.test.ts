/** `outpost witness` as somebody runs it: a clock that is ten years ahead is what it signs, and the branch's own interval shows it. */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { acceptCountersigned } from '../../branch/log/countersigning.ts';
import { intervalOf } from '../../branch/log/intervals.ts';
import { consistencyBetween } from '../../branch/log/prove.ts';
import { trustWitnesses } from '../../branch/log/witness-trust.ts';
import { makeWitnessFolder, readWitnessKey } from '../../headoffice/witness/witness-folder.ts';
import { formatAddCheckpoint } from '../../ledger/add-checkpoint.ts';
import { cosignatureLine } from '../../ledger/note.ts';
import { endOf, runOutpost, startOutpost } from '../support/run-outpost.ts';
import { decisionDraft, temporaryFolder, temporaryLog, verified } from '../support/temporary-log.ts';

/** The preload library as faketime itself names it; '' where there is none. */
const library = spawnSync('faketime', ['-m', '-f', '+0', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8' }).stdout?.trim() ?? '';
const TEN_YEARS_AHEAD = { LD_PRELOAD: library, FAKETIME: '+3650d', FAKETIME_DONT_FAKE_MONOTONIC: '1' };

/** Resolves to its address once it says that it listens. */
function addressOf(serving: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    serving.stderr!.on('data', (part) => {
      said += String(part);
      const found = /countersigns at (\S+)\/add-checkpoint/.exec(said);
      if (found !== null) resolve(found[1]!);
    });
    serving.once('exit', () => reject(new Error(said)));
  });
}

it('makes a key once, and says what is wrong with a name', async () => {
  const folder = join(temporaryFolder(), 'witness');
  const made = makeWitnessFolder(folder, 'witness.invalid/audit');
  expect(readWitnessKey(folder)).toMatchObject({ vkey: made.vkey, name: 'witness.invalid/audit' });
  expect(() => makeWitnessFolder(folder, 'witness.invalid/audit')).toThrow(/already/);
  expect(() => makeWitnessFolder(join(folder, 'b'), 'two words')).toThrow(/cannot be/);
  expect(() => readWitnessKey(join(folder, 'b'))).toThrow(/ENOENT/);
});

if (library === '') it.skip('a witness with a wrong clock was NOT tried: faketime is not installed', () => undefined);
else
  it('serves, countersigns by its own clock, tells when that is wrong, and stops in order', { timeout: 180_000 }, async () => {
    const folder = join(temporaryFolder(), 'witness');
    const { vkey } = makeWitnessFolder(folder, 'witness.invalid/audit');
    const made = temporaryLog();
    const { log, db, file } = made;
    trustWitnesses(log, { witnesses: [vkey], quorum: 1 }, { actor: 'it-1', role: 'it' });
    const known = await runOutpost(['witness', 'log', 'add', '--folder', folder, '--origin', log.origin, '--vkey', log.signer.vkey]);
    expect([known.code, known.stderr]).toEqual([0, `${log.origin} is known from now on.\n`]);

    const serving = startOutpost(['witness', 'serve', '--folder', folder, '--port', '0'], TEN_YEARS_AHEAD);
    const ended = endOf(serving);
    const url = await addressOf(serving);
    const countersign = async (oldSize: number) => {
      const { size, note } = checkpointLog(log);
      const proof = oldSize === 0 ? [] : consistencyBetween(db, oldSize, size);
      const answer = await fetch(`${url}/add-checkpoint`, {
        method: 'POST',
        body: formatAddCheckpoint({ oldSize, proof, checkpoint: note }),
      });
      expect(answer.status).toBe(200);
      return note + (await answer.text());
    };
    const first = acceptCountersigned(log, await countersign(0));
    const [entry] = appendEntries(log, [{ entry: decisionDraft(1) }]);
    await countersign(first.size);
    serving.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, stderr: expect.stringMatching(/Stopped\.\n$/) });

    const late = intervalOf(db, entry!.seq);
    expect(Date.parse(late.notBefore!) - Date.now()).toBeGreaterThan(9 * 365 * 86_400_000);
    // Somebody sets the clock right: what is countersigned then was made before what it comes after.
    const { note } = checkpointLog(log);
    acceptCountersigned(log, note + cosignatureLine(note, readWitnessKey(folder), Math.floor(Date.now() / 1000)));
    const { notBefore, notAfter } = intervalOf(db, entry!.seq);
    expect(Date.parse(notBefore!)).toBeGreaterThan(Date.parse(notAfter!));
    expect(await verified(file)).toMatchObject({ findings: [] });

    const list = await runOutpost(['witness', 'list', '--folder', folder]);
    expect([list.code, list.stdout]).toEqual([0, `        3  ${log.origin}  countersigned\n`]);
  });
