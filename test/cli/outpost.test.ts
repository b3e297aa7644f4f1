import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decisionView, verifyReport } from '../../contract/ipc.ts';
import { Offices, openedBranch } from '../support/office.ts';
import { endOf, runOutpost, startOutpost } from '../support/run-outpost.ts';

const EXAMPLES = 'examples/instalment-loans.csv';
const CHAMPION = 'models/bundled/instalment-loan/champion';
const HEADER = 'Seniority,Home,Time,Records,Job,Expenses,Income,Assets,Debt,Amount,Price';
const GOOD = '9,rent,60,no,fixed,73,129,0,0,800,846';

const offices = new Offices();
let office: string;
beforeAll(async () => {
  await offices.make('now');
  office = offices.copy();
});
afterAll(() => offices.remove());

function file(name: string, lines: readonly string[]): string {
  const path = offices.path(name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const rowsOf = (csv: string) => csv.trimEnd().split('\n').slice(1);

describe('outpost decide', () => {
  it('makes the data folder at its first use, decides the examples and leaves a log that verifies', async () => {
    const fresh = offices.path('fresh');
    const decided = await runOutpost(['decide', EXAMPLES, '--product', 'instalment-loan', '--data', fresh]);
    expect(decided.code).toBe(0);
    expect(decided.stdout.split('\n')[0]).toBe('row,seq,decision,pd,score,reasons,hash,application_id,file');
    expect(rowsOf(decided.stdout).length).toBeGreaterThan(5);
    for (const row of rowsOf(decided.stdout)) expect(row).toMatch(/^\d+,\d+,(approve|refer|decline),/);
    expect(decided.stderr).toMatch(/approve \d+, refer \d+, decline \d+; set aside 0/);
    const verified = await runOutpost(['log', 'verify', '--data', fresh]);
    // Nobody witnesses this log: all of it is an unwitnessed tail.
    expect(verified.code).toBe(2);
    expect(verified.stdout).toContain('Intact, with an unwitnessed tail.');
    expect(verified.stdout).toContain('No witness has countersigned any of them');
  });

  it('sets bad rows aside beside the output, goes on, and exits with 1', async () => {
    const input = file('some-bad.csv', [
      `${HEADER},=cmd()`,
      `${GOOD},x`,
      '9,rent,SECRET,no,fixed,73,129,0,0,800,846,x',
      '1,2',
      `${GOOD},y`,
    ]);
    const out = offices.path('some-bad.out.csv');
    const run = await runOutpost(['decide', input, '--product', 'instalment-loan', '--data', office, '--out', out]);
    expect(run.code).toBe(1);
    expect(run.stdout).toBe('');
    expect(rowsOf(readFileSync(out, 'utf8')).map((row) => row.split(',')[0])).toEqual(['1', '4']);
    const quarantine = readFileSync(`${out}.quarantine.csv`, 'utf8');
    expect(rowsOf(quarantine)).toEqual([`${input},2,3,Time,not a number`, `${input},3,4,,2 cells where the header has 12`]);
    expect(run.stderr).toContain('Not known to product instalment-loan and not used: =cmd()');
    expect(quarantine + run.stderr).not.toContain('SECRET');
  });

  it('never decides a row twice, and gives back what is stored', async () => {
    const input = file('again.csv', [HEADER, GOOD, GOOD]);
    const args = ['decide', input, '--product', 'instalment-loan', '--data', office, '--json'];
    const [first, second] = [await runOutpost(args), await runOutpost(args)];
    expect(
      first.stdout
        .trimEnd()
        .split('\n')
        .map((line) => Object.keys(JSON.parse(line))),
    ).toEqual([
      ['row', 'seq', 'decision', 'pd', 'score', 'reasons', 'hash', 'application_id', 'file'],
      ['row', 'seq', 'decision', 'pd', 'score', 'reasons', 'hash', 'application_id', 'file'],
    ]);
    expect(second.stdout).toBe(first.stdout);
    expect(second.stderr).toContain('Decided and stored before, given back as they were: 2');
  });

  it('prints its summary as JSON when the rows go to a file', async () => {
    const out = offices.path('summary.jsonl');
    const input = file('summary.csv', [HEADER, GOOD]);
    const run = await runOutpost(['decide', input, '--product', 'instalment-loan', '--data', office, '--out', out, '--json']);
    expect(JSON.parse(run.stdout)).toMatchObject({
      approve: expect.any(Number),
      quarantined: 0,
      quarantineFile: null,
      logSize: expect.any(Number),
    });
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ row: 1 });
  });

  it('goes on with the next file when one is refused, and says which', async () => {
    const input = file('next.csv', [HEADER, GOOD]);
    const run = await runOutpost(['decide', offices.path('none.csv'), input, '--product', 'instalment-loan', '--data', office]);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('none.csv: there is no such file.');
    expect(rowsOf(run.stdout)).toHaveLength(1);
  });

  it.each([
    ['an output that is neither CSV nor JSON Lines', ['--out', 'package.json'], 2, 'ends neither in .csv nor in .jsonl'],
    ['a product that is not', ['--product', 'mortgage'], 2, 'There is no product mortgage'],
    ['an unknown option', ['--frobnicate'], 2, 'unknown option'],
  ])('refuses %s with exit code 2', async (_name, more, code, words) => {
    const run = await runOutpost(['decide', EXAMPLES, '--product', 'instalment-loan', '--data', office, ...more]);
    expect(run.code).toBe(code);
    expect(run.stderr).toContain(words);
    expect(run.stdout).toBe('');
  });

  it('leaves no empty output behind when the file is refused', async () => {
    const out = offices.path('refused.csv');
    const run = await runOutpost(['decide', 'examples/personal-loans.csv', '--product', 'instalment-loan', '--data', office, '--out', out]);
    expect([run.code, existsSync(out)]).toEqual([2, false]);
  });

  it('never writes over a file', async () => {
    const out = file('precious.csv', ['precious']);
    const run = await runOutpost(['decide', EXAMPLES, '--product', 'instalment-loan', '--data', office, '--out', out]);
    expect(run.code).toBe(2);
    expect(readFileSync(out, 'utf8')).toBe('precious\n');
  });

  it('ends quietly when the reader of its output goes away', async () => {
    const input = file('many.csv', [HEADER, ...Array.from({ length: 4000 }, () => GOOD)]);
    const child = startOutpost(['decide', input, '--product', 'instalment-loan', '--data', offices.copy()]);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { code, stderr } = await endOf(child);
    expect(code).toBe(0);
    expect(stderr).toContain('The reader of the rows has gone');
    expect(stderr).not.toContain('defect');
  });

  it('finishes the group in hand on Ctrl-C, says what is stored, and that is what is stored', async () => {
    const own = offices.copy();
    const input = file('long.csv', [HEADER, ...Array.from({ length: 40_000 }, () => GOOD)]);
    const out = offices.path('interrupted.csv');
    const child = startOutpost(['decide', input, '--product', 'instalment-loan', '--data', own, '--out', out]);
    const ended = endOf(child);
    while (!existsSync(out) || readFileSync(out).length < 1000) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    const stored = Number(/(\d+) stored as entries/.exec(stderr)?.[1]);
    expect(rowsOf(readFileSync(out, 'utf8'))).toHaveLength(stored);
    expect(stored).toBeLessThan(40_000);
    const report = verifyReport.parse(JSON.parse((await runOutpost(['log', 'verify', '--data', own, '--json'])).stdout));
    expect(report).toMatchObject({ size: stored + 9, findings: [] });
  });

  it('refuses a folder that another program is using', async () => {
    const own = offices.copy();
    const other = await openedBranch(own);
    const run = await runOutpost(['decide', EXAMPLES, '--product', 'instalment-loan', '--data', own]);
    await other.close();
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('Another program is using this data folder.');
  });

  it('protects the key of a new folder with the passphrase it is given, and opens it with nothing else', async () => {
    const own = offices.path('protected');
    const input = file('protected.csv', [HEADER, GOOD]);
    const args = ['decide', input, '--product', 'instalment-loan', '--data', own];
    const secret = file('passphrase', ['correct horse']);
    expect((await runOutpost(args, { OUTPOST_PASSPHRASE_FILE: secret })).code).toBe(0);
    expect((await runOutpost(['doctor', '--data', own], { OUTPOST_PASSPHRASE: 'correct horse' })).stdout).toContain(
      'wrapped under a passphrase',
    );
    const wrong = await runOutpost(['log', 'verify', '--data', own], { OUTPOST_PASSPHRASE: 'wrong' });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('The passphrase is not the right one.')]);
    expect((await runOutpost(args)).stderr).toContain('protected by a passphrase');
  });
});

describe('outpost show, log, doctor and model list', () => {
  it('show a decision for a person and for a program', async () => {
    const input = file('shown.json', [
      JSON.stringify({
        seniority: 9,
        amount: 800,
        price: 846,
        term_months: 60,
        expenses: 73,
        records: 'yes',
        income: 100,
        home: 'rent',
        job: 'fixed',
        assets: 0,
        debt: 0,
        full_name: 'Ada \u202e Lovelace',
      }),
    ]);
    const decided = await runOutpost(['decide', input, '--product', 'instalment-loan', '--data', office, '--json']);
    const { seq, hash, decision } = JSON.parse(decided.stdout);
    const view = decisionView.parse(JSON.parse((await runOutpost(['show', '--data', office, '--seq', `${seq}`, '--json'])).stdout));
    expect(view).toMatchObject({ seq, leafHash: hash, decision: { outcome: decision } });
    const words = (await runOutpost(['show', '--data', office, '--seq', `${seq}`])).stdout;
    expect(words).toContain(`Entry ${seq}: ${String(decision).toUpperCase()}`);
    expect(words).toContain('Ada \ufffd Lovelace');
    expect(words).toContain(hash);
  });

  it('exit with 2 for an entry or a folder that is not there, and make nothing', async () => {
    expect((await runOutpost(['show', '--data', office, '--seq', '99999'])).code).toBe(2);
    expect((await runOutpost(['show', '--data', office, '--seq', '-1'])).code).toBe(2);
    for (const args of [['log', 'verify'], ['log', 'checkpoint'], ['doctor'], ['model', 'list'], ['show', '--seq', '1']]) {
      const run = await runOutpost([...args, '--data', offices.path('nowhere')]);
      expect([args[0], run.code]).toEqual([args[0], 2]);
    }
    expect(existsSync(offices.path('nowhere'))).toBe(false);
  });

  it('find a key that does not fit, and a damaged database, by name', async () => {
    const own = offices.copy();
    const database = join(own, 'outpost.db');
    const bytes = readFileSync(database);
    bytes.fill(0x5a, 4096, 8192);
    writeFileSync(database, bytes);
    const damaged = await runOutpost(['doctor', '--data', own]);
    expect([damaged.code === 0, damaged.stdout]).toEqual([false, expect.stringMatching(/WRONG.*damaged/)]);
    const exchanged = offices.copy();
    writeFileSync(join(exchanged, 'key.json'), readFileSync(join(offices.path('fresh'), 'key.json')));
    const wrong = await runOutpost(['log', 'verify', '--data', exchanged]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('The key does not fit')]);
  });

  it('say how the office is, and list its models', async () => {
    const doctor = await runOutpost(['doctor', '--data', office, '--json']);
    const names = JSON.parse(doctor.stdout).map(({ name }: { name: string }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['versions', 'sqlite', 'database', 'disk', 'key', 'clock', 'instalment-loan model', 'instalment-loan policy']),
    );
    expect(doctor.code).toBe(0);
    expect(JSON.parse((await runOutpost(['model', 'list', '--data', office, '--json'])).stdout)).toHaveLength(4);
  });

  it('sign a checkpoint of the log', async () => {
    const { stdout, code } = await runOutpost(['log', 'checkpoint', '--data', office]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^outpost\.invalid\/branch-[0-9a-f]{12}\/epoch-1\n\d+\n[A-Za-z0-9+/]{43}=\n\n— /);
  });
});

describe('outpost model and policy', () => {
  it('check passes the bundled package, names what is wrong with another, and tells unsafe ones by exit code', async () => {
    expect((await runOutpost(['model', 'check', CHAMPION])).code).toBe(0);
    const bad = offices.path('bad-package');
    mkdirSync(bad);
    for (const name of readdirSync(CHAMPION)) writeFileSync(join(bad, name), readFileSync(join(CHAMPION, name)));
    writeFileSync(join(bad, 'model.onnx'), 'changed');
    const changed = await runOutpost(['model', 'check', bad, '--json']);
    expect(changed.code).toBe(3);
    expect(JSON.parse(changed.stdout)).toMatchObject({ ok: false, failure: { kind: 'model-package-unsafe' } });
    expect((await runOutpost(['model', 'check', CHAMPION, '--product', 'personal-loan'])).code).toBe(1);
    expect((await runOutpost(['model', 'check', offices.path('nowhere')])).code).toBe(2);
  });

  it('score gives the same PDs as a decision, from form columns and from the model’s own', async () => {
    const out = offices.path('scores.csv');
    expect((await runOutpost(['model', 'score', CHAMPION, '--in', EXAMPLES, '--out', out, '--explain'])).code).toBe(0);
    const decided = await runOutpost(['decide', EXAMPLES, '--product', 'instalment-loan', '--data', office]);
    const pds = (csv: string, column: number) => rowsOf(csv).map((row) => row.split(',')[column]);
    expect(pds(readFileSync(out, 'utf8'), 1)).toEqual(pds(decided.stdout, 3));
    const { features } = JSON.parse(readFileSync(join(CHAMPION, 'manifest.json'), 'utf8'));
    const golden = JSON.parse(readFileSync(join(CHAMPION, 'golden.json'), 'utf8')).rows;
    const raw = file('raw.csv', [
      features.map(({ name }: { name: string }) => name).join(','),
      ...golden.map((row: { features: unknown[] }) => row.features.join(',')),
    ]);
    const rawOut = offices.path('raw-scores.csv');
    expect((await runOutpost(['model', 'score', CHAMPION, '--in', raw, '--out', rawOut])).code).toBe(0);
    pds(readFileSync(rawOut, 'utf8'), 1).forEach((pd, i) => {
      expect(Math.abs(Number(pd) - golden[i].pd)).toBeLessThanOrEqual(1e-6);
    });
  });

  it('init never assumes the bad class: it names the option, and makes a package that checks once all is told', async () => {
    const { features } = JSON.parse(readFileSync(join(CHAMPION, 'manifest.json'), 'utf8'));
    const columns: string[] = features.map(({ name }: { name: string }) => name);
    const derived = ['loan_to_price', 'free_income_to_repayment'];
    const one = (name: string) => /^(home|job|records)_(.+)$/.exec(name);
    const map = columns.flatMap((name) => {
      const choice = one(name);
      if (choice !== null) return ['--column', `${name}=${choice[1]}:${choice[2]}`];
      return ['--column', `${name}=${derived.includes(name) ? 'price' : name}`];
    });
    const folder = offices.path('drafted');
    const args = [
      'model',
      'init',
      '--onnx',
      join(CHAMPION, 'model.onnx'),
      '--product',
      'instalment-loan',
      '--out',
      folder,
      '--columns',
      columns.join(','),
      ...map,
    ];
    const open = await runOutpost(args);
    expect(open.code).toBe(2);
    expect(open.stderr).toContain('--bad-class');
    expect((await runOutpost(['model', 'check', folder])).code).toBe(3);
    const done = await runOutpost([...args, '--bad-class', '1']);
    expect([done.code, done.stderr]).toEqual([0, expect.stringContaining('outpost model check')]);
    expect((await runOutpost(['model', 'check', folder])).code).toBe(0);
  });

  it('policy check passes the bundled policy and tells errors from what is no policy', async () => {
    const path = 'models/bundled/instalment-loan/policy.json';
    expect((await runOutpost(['policy', 'check', path])).code).toBe(0);
    const policy = JSON.parse(readFileSync(path, 'utf8'));
    policy.tables[0].inputs[0] = 'marital';
    const wrong = await runOutpost(['policy', 'check', file('wrong.json', [JSON.stringify(policy)]), '--json']);
    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ ok: false });
    expect((await runOutpost(['policy', 'check', file('none.json', ['{}'])])).code).toBe(3);
  });
});

describe('outpost --help', () => {
  it.each([
    [],
    ['decide'],
    ['show'],
    ['log'],
    ['log', 'verify'],
    ['log', 'checkpoint'],
    ['log', 'proof'],
    ['log', 'inspect'],
    ['log', 'tiles'],
    ['log', 'trust'],
    ['log', 'countersigned'],
    ['receipt'],
    ['verify-receipt'],
    ['model'],
    ['model', 'check'],
    ['model', 'init'],
    ['model', 'score'],
    ['policy', 'check'],
    ['doctor'],
  ])('is there for this command: %s %s', async (...command) => {
    const { code, stdout } = await runOutpost([...command.filter((word) => word !== undefined), '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: outpost');
  });

  it('exits with 2 when nothing is asked for', async () => {
    expect((await runOutpost([])).code).toBe(2);
    expect((await runOutpost(['frobnicate'])).code).toBe(2);
  });
});
