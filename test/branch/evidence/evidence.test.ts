import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideApplication } from '../../../branch/decide-application.ts';
import { decideFile } from '../../../branch/decide-file.ts';
import { eraseSubject } from '../../../branch/erasure/erase-subject.ts';
import { type EvidenceRequest, type EvidenceStep, exportEvidence } from '../../../branch/evidence/export-evidence.ts';
import { exportOwnEvidence } from '../../../branch/evidence/export-own-evidence.ts';
import { openIdentity } from '../../../branch/keys/seal-identity.ts';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import { checkpointLog } from '../../../branch/log/checkpoint-log.ts';
import { acceptCountersigned } from '../../../branch/log/countersigning.ts';
import { beginEpoch } from '../../../branch/log/epochs.ts';
import { trustWitnesses } from '../../../branch/log/witness-trust.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { recordReview } from '../../../branch/reviews/record-review.ts';
import type { DecisionEntry, LogEntry } from '../../../contract/log-entry.ts';
import { getEntry } from '../../../db/log-entries.ts';
import { openZip } from '../../../verifier/zip.ts';
import { application } from '../../support/application.ts';
import { csvOfApplications } from '../../support/many-applications.ts';
import { NOON, Offices, openedBranch, REPOSITORY } from '../../support/office.ts';
import { type People, withPeople } from '../../support/people.ts';
import { countersigned, witnessNamed } from '../../support/witnesses.ts';

const WITNESS = witnessNamed('evidence');
const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER, personal: false };
const offices = new Offices();
let branch: Branch;
let people: People;
let auditor: Branch;
/** A decision with a name, and one without. */
let named: number;
let nameless: number;

beforeAll(async () => {
  await offices.make();
  branch = await openedBranch(offices.copy());
  people = await withPeople(branch);
  auditor = people.auditor;
  trustWitnesses(branch.log, { witnesses: [WITNESS.vkey], quorum: 1 }, { actor: 'agnes', role: 'auditor' });
  named = (await decideApplication(people.officer, application())).seq;
  nameless = (await decideApplication(people.officer, application({ identity: {} }))).seq;
  witness();
  const real = readFileSync(join(REPOSITORY, 'models/training/data/lending_club.csv'), 'utf8');
  const file = offices.path('loans.csv');
  writeFileSync(file, csvOfApplications((await branch.ready('personal-loan')).product.definition, real, 300, 5));
  for await (const _ of (await decideFile(people.officer, file, 'personal-loan')).groups);
  checkpointLog(branch.log);
});
afterAll(async () => {
  await branch.close();
  offices.remove();
});

/** Has the log countersigned as it stands. */
function witness(of = branch): void {
  const { note, size } = checkpointLog(of.log);
  acceptCountersigned(of.log, countersigned(note, [WITNESS, NOON / 1000 + size]));
}

async function exported(request: Partial<EvidenceRequest>, by = auditor): Promise<Extract<EvidenceStep, { step: 'done' }>> {
  const file = offices.path(`bundle-${Math.random()}.zip`);
  for await (const step of exportEvidence(by, { ...ALL, ...request }, file)) if (step.step === 'done') return step;
  throw new Error('not done');
}

interface Told {
  tampered: string[];
  malformed: string[];
  [fact: string]: unknown;
}

/** The verifier as another person on another machine runs it. */
function verified(path: string, ...args: string[]): { code: number | null; report: Told } {
  const { status, stdout } = spawnSync(process.execPath, ['verifier/main.ts', path, '--json', ...args], {
    cwd: REPOSITORY,
    encoding: 'utf8',
  });
  return { code: status, report: JSON.parse(stdout) };
}

function filesOf(path: string): Map<string, Buffer> {
  const zip = openZip(path);
  try {
    return new Map([...zip.sizes].map(([name, size]) => [name, zip.read(name, size)]));
  } finally {
    zip.close();
  }
}

const jsonOf = (files: Map<string, Buffer>, name: string) => JSON.parse(files.get(name)!.toString());

function unpacked(path: string): string {
  const folder = offices.path(`unpacked-${Math.random()}`);
  for (const [name, bytes] of filesOf(path)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return folder;
}

describe('an evidence bundle, read by the independent verifier', () => {
  it('holds the whole log: all countersigned is intact, and without a witness all is an unwitnessed tail', async () => {
    witness();
    const { file, entries } = await exported({});
    const trusted = verified(file, '--witness', WITNESS.vkey, '--vkey', branch.log.signer.vkey);
    expect([trusted.code, trusted.report.tampered, trusted.report.malformed]).toEqual([0, [], []]);
    expect(trusted.report).toMatchObject({ size: entries, decisions: 302, read: entries });
    const { code, report } = verified(file);
    expect([code, report.tampered, report.malformed]).toEqual([2, [], []]);
  });

  it('names what came after the last countersignature as a tail', async () => {
    const { file } = await exported({});
    const { code, report } = verified(file, '--witness', WITNESS.vkey);
    expect([code, report.tampered, report.malformed]).toEqual([2, [], []]);
  });

  it.each([
    ['one decision', () => ({ from: named, to: named }), 1],
    ['a range', () => ({ from: named, to: named + 40 }), 41],
    ['a range over two tiles of the tree', () => ({ from: 200, to: 300 }), 101],
    ['one entry that is no decision', () => ({ from: 1, to: 1 }), 1],
  ])('holds %s with its proofs, and the witness bounds its times', async (_name, range, count) => {
    witness();
    const { file, entries } = await exported(range());
    expect(entries).toBe(count);
    const { code, report } = verified(file, '--witness', WITNESS.vkey);
    expect([code, report.tampered, report.malformed]).toEqual([0, [], []]);
    expect(verified(file).code).toBe(2);
    const files = filesOf(file);
    expect([...files.keys()].some((name) => name.startsWith('tile/'))).toBe(false);
    expect(files.has('entries/0.json')).toBe(true);
  });

  it('has names in it only where they were asked for, and its proofs hold either way', async () => {
    const redacted = filesOf((await exported({ from: named, to: nameless })).file);
    expect([...redacted.keys()].filter((name) => name.startsWith('identities/'))).toEqual([]);
    for (const [name, bytes] of redacted) expect([name, bytes.includes('Lovelace')]).toEqual([name, false]);
    const { file } = await exported({ from: named, to: nameless, personal: true });
    const { code, report } = verified(file);
    expect([code, report.opened, report.tampered, report.malformed]).toEqual([2, 1, [], []]);
    const files = filesOf(file);
    const { pii } = jsonOf(files, `entries/${named}.json`) as DecisionEntry;
    const { kid, key } = jsonOf(files, `identities/${named}.json`);
    expect([kid, openIdentity(pii!, Buffer.from(key, 'base64'))]).toEqual([pii!.kid, { full_name: 'Ada Lovelace', id_number: 'X-1' }]);
    expect(files.has(`identities/${nameless}.json`)).toBe(false);
    expect(verified((await exported({ personal: true })).file)).toMatchObject({
      code: 2,
      report: { opened: 101, tampered: [], malformed: [] },
    });
  });

  it.each(['whole', 'part'])('can keep entries back from a %s log, and the proofs of all others hold', async (kind) => {
    const range = kind === 'whole' ? {} : { from: named, to: named + 10 };
    const { file, entries } = await exported({ ...range, withheld: [nameless, named + 5] });
    const { code, report } = verified(file);
    expect([code, report.withheld, report.tampered, report.malformed]).toEqual([2, 2, [], []]);
    const files = filesOf(file);
    expect(jsonOf(files, 'manifest.json')).toMatchObject({ withheld: [nameless, named + 5] });
    const stored = getEntry(branch.log.db, nameless)!.bytes;
    for (const bytes of files.values()) expect(bytes.includes(stored)).toBe(false);
    expect(jsonOf(files, 'replay.json').some(({ seq }: { seq: number }) => seq === nameless)).toBe(false);
    expect((JSON.parse(getEntry(branch.log.db, branch.log.frontier.size - 1)!.bytes.toString()) as { entries: number }).entries).toBe(
      entries,
    );
  });

  it('still verifies when a subject was erased, has no key of theirs, and says so in the replay', async () => {
    let now = NOON;
    const own = await openedBranch(offices.copy(), { clock: { now: () => now, mono: () => now - NOON } });
    const by = (role: 'officer' | 'supervisor' | 'auditor') => own.for({ account: role, role });
    const gone = await decideApplication(by('officer'), application());
    now += 3 * 366 * 86_400_000;
    const kept = await decideApplication(by('officer'), application());
    eraseSubject(by('supervisor'), { application: gone.applicationId, ground: 'subject-request' });
    const { file } = await exported({ from: gone.seq, to: kept.seq, personal: true }, by('auditor'));
    expect(verified(file)).toMatchObject({ code: 2, report: { tampered: [], malformed: [] } });
    const files = filesOf(file);
    expect([files.has(`identities/${gone.seq}.json`), files.has(`identities/${kept.seq}.json`)]).toEqual([false, true]);
    expect(jsonOf(files, 'replay.json')[0]).toEqual({ seq: gone.seq, verdict: 'erased', differences: [], causes: [] });
    // The erasure is beyond the range, and about somebody in it.
    const types = [...files]
      .filter(([name]) => name.startsWith('entries/'))
      .map(([, bytes]) => (JSON.parse(bytes.toString()) as LogEntry).type);
    expect(types).toContain('erasure');
    await own.close();
  });

  it('is not kept when somebody in it is erased while it is written', async () => {
    const { seq } = await decideApplication(people.officer, application());
    const file = offices.path('overtaken.zip');
    const overtaken = async () => {
      let isErased = false;
      for await (const _ of exportEvidence(auditor, { from: seq, to: seq, personal: true }, file)) {
        if (isErased) continue;
        isErased = true;
        branch.log.db.sqlite
          .prepare('UPDATE decisions SET applicant = NULL, applicant_folded = NULL, identity_key = NULL WHERE seq = ?')
          .run(seq);
      }
    };
    await expect(overtaken()).rejects.toMatchObject({ failure: { kind: 'already-erased' } });
    expect([existsSync(file), existsSync(`${file}.unfinished`)]).toEqual([false, false]);
  });

  it('follows the log into a new epoch', async () => {
    const own = await openedBranch(offices.copy());
    trustWitnesses(own.log, { witnesses: [WITNESS.vkey], quorum: 1 }, { actor: 'system', role: 'system' });
    const by = own.for({ account: 'agnes', role: 'auditor' });
    const { seq } = await decideApplication(own, application());
    witness(own);
    beginEpoch(own.log, 'restored');
    const later = (await decideApplication(own, application())).seq;
    witness(own);
    for (const range of [{}, { from: seq, to: seq }, { from: later, to: later }]) {
      const { file } = await exported(range, by);
      const { code, report } = verified(file, '--witness', WITNESS.vkey);
      expect([code === 0 || code === 2, report.tampered, report.malformed]).toEqual([true, [], []]);
      expect(jsonOf(filesOf(file), 'manifest.json').logs).toHaveLength(2);
    }
    await own.close();
  });

  it.each(['whole', 'part'])('is refused as soon as one bit of any file of a %s log is another one', async (kind) => {
    witness();
    const { file } = await exported(kind === 'whole' ? {} : { from: named, to: nameless, personal: true });
    const folder = unpacked(file);
    const intact = verified(folder, '--witness', WITNESS.vkey).code;
    expect(intact).toBe(0);
    const { parseVkey } = await import('../../../verifier/note.ts');
    const { verifyEvidence } = await import('../../../verifier/verify.ts');
    const trust = { logs: [], witnesses: [parseVkey(WITNESS.vkey)!], quorum: 1 };
    const names = [...filesOf(file).keys()];
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const path = join(folder, name);
      const bytes = readFileSync(path);
      const flipped = Buffer.from(bytes);
      flipped[Math.floor(bytes.length / 2)]! ^= 1;
      writeFileSync(path, flipped);
      const { verdict } = verifyEvidence(folder, trust, { receipts: [], checkpoints: [] });
      expect([name, verdict === 'tampered' || verdict === 'malformed']).toEqual([name, true]);
      writeFileSync(path, bytes);
    }
    const [victim] = names.filter((name) => name.startsWith('artefacts/'));
    writeFileSync(join(folder, victim!), 'exchanged');
    expect([1, 3]).toContain(verified(folder, '--witness', WITNESS.vkey).code);
  });
});

describe('an export', () => {
  it('is an entry of the log, behind the last one in the bundle, and names the file by its hash', async () => {
    const { file, bytes, sha256 } = await exported({ from: named, to: named, personal: true });
    const content = readFileSync(file);
    expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256]);
    const last = JSON.parse(getEntry(branch.log.db, branch.log.frontier.size - 1)!.bytes.toString()) as LogEntry;
    expect(last).toMatchObject({
      type: 'export',
      what: 'evidence',
      actor: 'agnes',
      role: 'auditor',
      from: named,
      to: named,
      entries: 1,
      personal: true,
      sha256,
    });
    expect(jsonOf(filesOf(file), 'manifest.json')).toMatchObject({ size: last.seq, by: { account: 'agnes', role: 'auditor' } });
  });

  it('holds what the decisions name, what replay gives, and a text that tells how to check it', async () => {
    const files = filesOf((await exported({ from: named, to: named + 20 })).file);
    expect(jsonOf(files, 'replay.json').map(({ verdict }: { verdict: string }) => verdict)).toEqual(Array(21).fill('same'));
    const { model, policy, product } = jsonOf(files, `entries/${named}.json`) as DecisionEntry;
    for (const name of [`policies/${policy!.sha256}.json`, `products/${product.sha256}.json`, `models/${model!.sha256}/background.json`])
      expect(files.has(`artefacts/${name}`)).toBe(true);
    const text = files.get('README.txt')!.toString('latin1');
    expect(text).toContain(branch.log.signer.vkey);
    expect(/^[\n\x20-\x7e]*$/.test(text)).toBe(true);
  });

  it('takes along what is about the decision, wherever in the log it stands', async () => {
    const review = recordReview(people.supervisor, { of: nameless, outcome: 'decline', codes: ['other'], note: 'saw the pay slips' });
    const { file } = await exported({ from: nameless, to: nameless, personal: true });
    const files = filesOf(file);
    expect([files.has(`entries/${review.seq}.json`), files.has(`identities/${review.seq}.json`)]).toEqual([true, true]);
    expect(verified(file)).toMatchObject({ code: 2, report: { opened: 1, tampered: [], malformed: [] } });
  });

  it.each(['officer', 'supervisor', 'it'] as const)('is not for the role %s', async (role) => {
    await expect(exported({}, people[role])).rejects.toMatchObject({ failure: { kind: 'not-allowed' } });
  });

  it.each([
    ['what lies beyond the log', { from: 1e6, to: 1e6 }, 'entry-unknown'],
    ['keeping back what is not exported', { from: 9, to: 12, withheld: [13] }, 'usage'],
    ['keeping back the entry with the log’s key', { withheld: [0] }, 'usage'],
  ])('refuses %s', async (_name, request, kind) => {
    await expect(exported(request)).rejects.toMatchObject({ failure: { kind } });
  });

  it('never writes over a file, and leaves nothing behind when it is cancelled', async () => {
    const folder = offices.path('out');
    mkdirSync(folder);
    const file = join(folder, 'evidence.zip');
    const { size } = branch.log.frontier;
    for await (const step of exportEvidence(auditor, ALL, file)) {
      expect(step.step).toBe('progress');
      expect(readdirSync(folder)).toEqual(['evidence.zip.unfinished']);
      break;
    }
    expect([readdirSync(folder), branch.log.frontier.size]).toEqual([[], size]);
    writeFileSync(file, 'precious');
    await expect(exportEvidence(auditor, ALL, file).next()).rejects.toThrow('is there already');
    expect(readFileSync(file, 'utf8')).toBe('precious');
    expect(branch.log.frontier.size).toBe(size);
  });

  it('is refused where an artefact is not what a decision names, and leaves nothing behind', async () => {
    const { policy } = JSON.parse(getEntry(branch.log.db, named)!.bytes.toString()) as DecisionEntry;
    const path = join(branch.dataDir, 'policies', `${policy!.sha256}.json`);
    renameSync(path, `${path}.away`);
    writeFileSync(path, '{}');
    const { size } = branch.log.frontier;
    const file = offices.path('refused.zip');
    const refused = async () => {
      for await (const _ of exportEvidence(auditor, { ...ALL, from: named, to: named }, file));
    };
    await expect(refused()).rejects.toThrow(policy!.sha256);
    rmSync(path);
    renameSync(`${path}.away`, path);
    expect([existsSync(file), existsSync(`${file}.unfinished`), branch.log.frontier.size]).toEqual([false, false, size]);
  });

  it('is refused where part of the stored tree is missing', async () => {
    const dataDir = offices.copy();
    const own = await openedBranch(dataDir);
    for (let i = 0; i < 300; i++)
      appendEntries(own.log, [{ entry: { type: 'failure', actor: 'system', role: 'system', kind: 'test', happened: `${i}` } }]);
    own.log.db.sqlite.exec('DROP TRIGGER nodes_refuse_delete; DELETE FROM nodes');
    await expect(exported({}, own.for({ account: 'agnes', role: 'auditor' }))).rejects.toMatchObject({ failure: { kind: 'log-tampered' } });
    await own.close();
  });

  it('goes into the data folder for the desktop, and takes away what a crash left half-written', async () => {
    const folder = join(branch.dataDir, 'exports');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'evidence-old.zip.unfinished'), 'half');
    const files: string[] = [];
    for (let i = 0; i < 2; i++)
      for await (const step of exportOwnEvidence(auditor, { from: named, to: named, personal: false }))
        if (step.step === 'done') files.push(step.file);
    expect(files.map((file) => file.slice(folder.length + 1))).toEqual([
      expect.stringMatching(/^evidence-\d+-\d+-20261201T120000Z\.zip$/),
      expect.stringMatching(/^evidence-\d+-\d+-20261201T120000Z-2\.zip$/),
    ]);
    expect(readdirSync(folder)).toHaveLength(2);
  });
});
