import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseProduct } from '../../../branch/artefacts/parse-artefact.ts';
import { decideApplication } from '../../../branch/decide-application.ts';
import { decideFile } from '../../../branch/decide-file.ts';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { type ReplayStep, replayDecision, replayOwnLog } from '../../../branch/replay/replay-range.ts';
import { readDecision } from '../../../branch/show-decision.ts';
import type { ReplayResult } from '../../../contract/audit.ts';
import type { DecisionEntry, UnstampedEntry } from '../../../contract/log-entry.ts';
import type { ProductDefinition } from '../../../contract/product.ts';
import { application } from '../../support/application.ts';
import { csvOfApplications } from '../../support/many-applications.ts';
import { Offices, openedBranch, REPOSITORY } from '../../support/office.ts';

const offices = new Offices();
beforeAll(() => offices.make());
afterAll(() => offices.remove());

const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER };

async function reportOf(branch: Branch, range = ALL): Promise<Extract<ReplayStep, { step: 'report' }>> {
  for await (const step of replayOwnLog(branch, range)) if (step.step === 'report') return step;
  throw new Error('no report');
}

/** One decision, replayed by a handle of its own. */
async function replayed(branch: Branch, seq: number): Promise<ReplayResult> {
  const db = branch.openReader();
  try {
    return await replayDecision({ db, dataDir: branch.dataDir }, seq);
  } finally {
    db.sqlite.close();
  }
}

/** Stores an altered copy of a decision, as somebody could who has the log's key: its hash is right, what it says is not. */
function forge(branch: Branch, seq: number, change: Partial<DecisionEntry>): number {
  const {
    v: _v,
    seq: _seq,
    wall: _wall,
    boot: _boot,
    mono: _mono,
    anchor: _anchor,
    code: _code,
    ...entry
  } = readDecision(branch.log.db, seq).entry;
  const forged = { ...entry, application: application().applicationId, ...change } as UnstampedEntry;
  return appendEntries(branch.log, [{ entry: forged }])[0]!.seq;
}

async function activateProduct(branch: Branch, definition: ProductDefinition): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(definition));
  const { artefact } = await parseProduct(bytes, 'test');
  await branch.store.keepFile('products', artefact, bytes);
  const activation = { actor: 'system', role: 'system', product: definition.product, alias: null, previous: null } as const;
  appendEntries(branch.log, [{ entry: { type: 'product-activated', ...activation, artefact } }]);
}

async function withBranch<T>(work: (branch: Branch) => Promise<T>, dataDir = offices.copy()): Promise<T> {
  const branch = await openedBranch(dataDir);
  try {
    return await work(branch);
  } finally {
    await branch.close();
  }
}

describe('replay of a log', () => {
  it('decides 10,000 decisions again without a difference: both products, named and not, with gaps and values no model was trained on', async () => {
    await withBranch(async (branch) => {
      const kinds = new Set<string>();
      for (const [product, real] of [
        ['instalment-loan', 'credit_data.csv'],
        ['personal-loan', 'lending_club.csv'],
      ] as const) {
        const { definition } = (await branch.ready(product)).product;
        const file = offices.path(`${product}.csv`);
        writeFileSync(
          file,
          csvOfApplications(definition, readFileSync(join(REPOSITORY, 'models/training/data', real), 'utf8'), 5000, product.length),
        );
        const { groups } = await decideFile(branch, file, product);
        for await (const { decided, bad } of groups) {
          expect(bad).toEqual([]);
          for (const { decision, reasons } of decided) for (const kind of [decision, ...reasons]) kinds.add(kind);
        }
      }
      // What is replayed is not one kind of decision ten thousand times.
      expect(kinds).toContain('approve');
      expect(kinds).toContain('decline');
      expect(kinds).toContain('refer');
      expect([...kinds].filter((kind) => kind.startsWith('doubt:')).length).toBeGreaterThanOrEqual(2);
      const { size } = branch.log.frontier;
      expect(await reportOf(branch)).toEqual({ step: 'report', same: 10_000, erased: 0, different: 0, impossible: 0, results: [] });
      expect(branch.log.frontier.size).toBe(size);
    });
  }, 120_000);

  it('tells how far it is, and can be ended between two groups', async () => {
    await withBranch(async (branch) => {
      for (let i = 0; i < 3; i++) await decideApplication(branch, application());
      const { size } = branch.log.frontier;
      for await (const step of replayOwnLog(branch, ALL)) {
        expect(step).toEqual({ step: 'progress', done: size, total: size });
        break;
      }
      expect((await reportOf(branch, { from: size - 2, to: size - 1 })).same).toBe(2);
    });
  });

  it('refuses what is no decision, and counts nothing where a range has none', async () => {
    await withBranch(async (branch) => {
      await expect(replayed(branch, 0)).rejects.toThrow('Entry 0 is not a decision (genesis)');
      await expect(replayed(branch, 999)).rejects.toThrow('The log has no entry 999');
      await expect(reportOf(branch, { from: 999, to: 1000 })).rejects.toThrow('The log has no entry 999');
      expect(await reportOf(branch)).toMatchObject({ same: 0, different: 0 });
    });
  });
});

describe('replay of a decision', () => {
  it('does not care what is active now', async () => {
    await withBranch(async (branch) => {
      const { seq } = await decideApplication(branch, application());
      const { product, challengers } = await branch.ready('instalment-loan');
      const fields = product.definition.fields.map((field) =>
        field.id === 'seniority' ? { ...field, max: 1 } : field,
      ) as typeof product.definition.fields;
      await activateProduct(branch, { ...product.definition, version: '9.0.0', fields });
      const [challenger] = await challengers;
      const activation = { actor: 'system', role: 'system', product: 'instalment-loan', alias: 'champion', previous: null } as const;
      appendEntries(branch.log, [{ entry: { type: 'model-activated', ...activation, artefact: challenger!.artefact } }]);
      expect(await replayed(branch, seq)).toEqual({ seq, verdict: 'same', differences: [], causes: [] });
    });
  });

  it('needs nobody’s name, even where the product asks for one', async () => {
    const dataDir = offices.copy();
    await withBranch(async (branch) => {
      const { definition } = (await branch.ready('instalment-loan')).product;
      const fields = definition.fields.map((field) => (field.id === 'full_name' ? { ...field, whenMissing: 'refuse' as const } : field));
      await activateProduct(branch, { ...definition, version: '9.0.1', fields });
    }, dataDir);
    await withBranch(async (branch) => {
      const { seq, product } = await decideApplication(branch, application());
      expect(product.version).toBe('9.0.1');
      expect((await replayed(branch, seq)).verdict).toBe('same');
    }, dataDir);
  });

  it('decides without a model what was decided without one, also when the model is back', async () => {
    const dataDir = offices.copy();
    const folder = await withBranch(
      async (branch) => join(dataDir, 'models', (await branch.ready('instalment-loan')).model!.artefact.sha256),
      dataDir,
    );
    renameSync(folder, `${folder}-away`);
    const seq = await withBranch(async (branch) => (await decideApplication(branch, application())).seq, dataDir);
    renameSync(`${folder}-away`, folder);
    await withBranch(async (branch) => {
      expect(readDecision(branch.log.db, seq).entry).toMatchObject({ model: null, decision: 'refer' });
      expect((await replayed(branch, seq)).verdict).toBe('same');
    }, dataDir);
  });

  it('takes the day on which it was decided, also when it was stored after midnight', async () => {
    const dataDir = offices.copy();
    const { expiresOn } = await withBranch(async (branch) => (await branch.ready('instalment-loan')).policy!.policy, dataDir);
    const midnight = Date.parse(expiresOn) + 86_400_000;
    const times = [midnight - 5, midnight + 5];
    let ticking = false;
    const clock = { now: () => (ticking ? times.shift()! : midnight - 10), mono: () => 1 };
    const branch = await openedBranch(dataDir, { clock });
    await branch.ready('instalment-loan').then(({ challengers }) => challengers);
    ticking = true;
    const { seq } = await decideApplication(branch, application());
    const { entry } = readDecision(branch.log.db, seq);
    expect([entry.wall.slice(0, 10) > expiresOn, entry.doubts]).toEqual([true, []]);
    expect((await replayed(branch, seq)).verdict).toBe('same');
    // Hours later nobody was still deciding: then the policy had expired.
    times.push(midnight + 3 * 3_600_000);
    const late = forge(branch, seq, {});
    expect((await replayed(branch, late)).differences.map(({ part }) => part)).toEqual(['doubts', 'decision', 'reasons']);
    await branch.close();
  });

  it('says that a subject was erased, and decides all the same', async () => {
    await withBranch(async (branch) => {
      const { seq } = await decideApplication(branch, application());
      branch.log.db.sqlite
        .prepare('UPDATE decisions SET applicant = NULL, applicant_folded = NULL, identity_key = NULL WHERE seq = ?')
        .run(seq);
      expect(await replayed(branch, seq)).toEqual({ seq, verdict: 'erased', differences: [], causes: [] });
      expect(await reportOf(branch)).toMatchObject({ erased: 1, same: 0 });
      const nameless = await decideApplication(branch, application({ identity: {} }));
      expect((await replayed(branch, nameless.seq)).verdict).toBe('same');
    });
  });
});

describe('replay finds', () => {
  it.each<[string, (entry: DecisionEntry) => Partial<DecisionEntry>, string[]]>([
    ['another PD in its last bit', ({ pd }) => ({ pd: pd! * (1 + Number.EPSILON) }), ['pd']],
    ['another score', ({ score }) => ({ score: score! + 1 }), ['score']],
    ['another outcome', ({ decision }) => ({ decision: decision === 'decline' ? 'approve' : 'decline' }), ['decision']],
    ['a reason that was left out', ({ reasons }) => ({ reasons: reasons.slice(1) }), ['reasons']],
    ['another version of the model', ({ model }) => ({ model: { ...model!, version: '99.0.0' } }), ['model']],
    ['another contribution', ({ explanation }) => ({ explanation: { ...explanation!, expected: 0 } }), ['explanation']],
    ['another answer of a rule', ({ policy_trace }) => ({ policy_trace: { ...policy_trace, added: 'y' } }), ['policy_trace']],
    [
      'another shadow score',
      ({ shadow }) => ({ shadow: Object.fromEntries(Object.keys(shadow).map((sha256) => [sha256, 0.5])) }),
      ['shadow'],
    ],
    ['an invented feature', ({ features }) => ({ features: [...features, 1] }), ['features']],
    ['a price that was not offered', () => ({ pricing: { tier: 'Z', annualRatePercent: 1 } }), ['pricing']],
    ['a field that the form does not have', ({ inputs }) => ({ inputs: { ...inputs, invented: 1 } }), ['inputs']],
  ])('%s, and names the part', async (_name, change, parts) => {
    await withBranch(async (branch) => {
      const records = application();
      const { seq } = await decideApplication(branch, { ...records, answers: { ...records.answers, records: 'yes', income: 100 } });
      const forged = forge(branch, seq, change(readDecision(branch.log.db, seq).entry));
      const { verdict, differences, causes } = await replayed(branch, forged);
      expect([verdict, differences.map(({ part }) => part)]).toEqual(['different', parts]);
      expect(causes).toEqual([
        'Program, runtime and platform are those of that day: what is stored is not what they decide from these inputs.',
      ]);
      expect((await reportOf(branch)).results.map((result) => result.seq)).toEqual([forged]);
    });
  });

  it('an input that was changed, by everything that follows from it', async () => {
    await withBranch(async (branch) => {
      const { seq } = await decideApplication(branch, application());
      const { inputs } = readDecision(branch.log.db, seq).entry;
      const { differences } = await replayed(branch, forge(branch, seq, { inputs: { ...inputs, income: 5000 } }));
      expect(differences.map(({ part }) => part)).toEqual(expect.arrayContaining(['features', 'pd', 'score', 'explanation']));
      expect(differences.find(({ part }) => part === 'pd')).toEqual({
        part: 'pd',
        stored: expect.stringMatching(/^0\.\d+$/),
        computed: expect.stringMatching(/^0\.\d+$/),
      });
    });
  });

  it('another version of the runtime, and names it as a cause of a difference only', async () => {
    await withBranch(async (branch) => {
      const { seq } = await decideApplication(branch, application());
      Object.assign(branch.log, { code: { ...branch.log.code, onnxruntime: '1.19.2' } });
      const { pd } = readDecision(branch.log.db, seq).entry;
      expect((await replayed(branch, forge(branch, seq, {}))).causes).toEqual([]);
      const { causes } = await replayed(branch, forge(branch, seq, { pd: pd! * (1 + Number.EPSILON) }));
      expect(causes).toEqual([expect.stringMatching(/^ONNX Runtime was 1\.19\.2 then and is [\d.]+ now\.$/)]);
    });
  });

  it('that a model failed on that day where it works now', async () => {
    await withBranch(async (branch) => {
      const { seq } = await decideApplication(branch, application());
      const doubt = { kind: 'scoring-failed', subject: 'x', cause: 'The model’s runtime stopped.' } as const;
      const { causes } = await replayed(branch, forge(branch, seq, { doubts: [doubt], pd: null }));
      expect(causes[0]).toContain('The model failed to score on that day');
    });
  });

  it('bytes that are not those that were hashed', async () => {
    await withBranch(async (branch) => {
      const { seq } = await decideApplication(branch, application());
      const { sqlite } = branch.log.db;
      sqlite.exec('DROP TRIGGER entries_refuse_update');
      sqlite
        .prepare(
          'UPDATE entries SET bytes = CAST(replace(CAST(bytes AS TEXT), \'"seniority":9\', \'"seniority":8\') AS BLOB) WHERE seq = ?',
        )
        .run(seq);
      expect(await replayed(branch, seq)).toMatchObject({ verdict: 'different', differences: [{ part: 'entry' }] });
    });
  });

  it.each(['products', 'policies'] as const)('that a file of %s is missing or was changed, and names it', async (kind) => {
    await withBranch(async (branch) => {
      const { seq, product, policy } = await decideApplication(branch, application());
      const named = kind === 'products' ? product : policy!;
      const file = join(branch.dataDir, kind, `${named.sha256}.json`);
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace('"version"', ' "version"'));
      expect(await replayed(branch, seq)).toMatchObject({ verdict: 'impossible', causes: [expect.stringContaining(named.sha256)] });
      renameSync(file, `${file}.away`);
      expect(await reportOf(branch)).toMatchObject({
        impossible: 1,
        results: [{ causes: [expect.stringMatching(`${named.name} ${named.version}.*no such file`)] }],
      });
    });
  });

  it('that the model is gone, and that a challenger is, which changes nothing', async () => {
    await withBranch(async (branch) => {
      const { seq } = await decideApplication(branch, application());
      const { model, shadow } = readDecision(branch.log.db, seq).entry;
      const folder = (sha256: string) => join(branch.dataDir, 'models', sha256);
      const [challenger] = Object.keys(shadow);
      renameSync(folder(challenger!), `${folder(challenger!)}-away`);
      expect(await replayed(branch, seq)).toMatchObject({ verdict: 'same', causes: [expect.stringContaining(challenger!)] });
      renameSync(folder(model!.sha256), `${folder(model!.sha256)}-away`);
      expect(await replayed(branch, seq)).toMatchObject({
        verdict: 'impossible',
        causes: [expect.stringContaining(`model ${model!.name} ${model!.version}`)],
      });
    });
  });

  it('an entry that is no decision of this format', async () => {
    await withBranch(async (branch) => {
      const { seq } = await decideApplication(branch, application());
      const forged = forge(branch, seq, { pricing: 'free' as never });
      expect(await replayed(branch, forged)).toMatchObject({
        verdict: 'impossible',
        causes: ['The entry cannot be read as a decision of this format.'],
      });
    });
  });
});
