/** Packages whose files, archive or manifest lie. Each is made into a directory or an archive at the path that it is given. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixtures, manifestOf, packFixture, scratchDirectory } from '../models/pack-fixture.ts';
import { archiveOf, type Member } from './hostile-archives.ts';

export interface HostilePackage {
  name: string;
  /** @returns the package's path */
  make: () => string;
  reason: RegExp;
}

const NAME = 'xgb-classifier';

function honestMembers(): Member[] {
  const folder = packFixture(NAME);
  return readdirSync(folder).map((name) => ({ name, content: new Uint8Array(readFileSync(join(folder, name))) }));
}

function archive(members: Member[], after?: Uint8Array): string {
  const path = join(scratchDirectory(), 'package.zip');
  writeFileSync(path, archiveOf(members, after));
  return path;
}

const zip = (name: string, reason: RegExp, members: (honest: Member[]) => Member[], after?: Uint8Array): HostilePackage => ({
  name,
  reason,
  make: () => archive(members(honestMembers()), after),
});

const folder = (name: string, reason: RegExp, spoil: (path: string) => void): HostilePackage => ({
  name,
  reason,
  make: () => {
    const path = packFixture(NAME);
    spoil(path);
    return path;
  },
});

/** A manifest with one member replaced, in the text itself, so that a schema cannot put it right. */
const manifest = (name: string, reason: RegExp, change: (manifest: Record<string, unknown>) => unknown): HostilePackage =>
  folder(name, reason, (path) => {
    const file = join(path, 'manifest.json');
    const changed = change(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>);
    writeFileSync(file, typeof changed === 'string' ? changed : JSON.stringify(changed));
  });

const extra = (content: Uint8Array, lies: NonNullable<Member['lies']>, name = 'extra.bin'): Member => ({ name, content, lies });
const ZEROS = new Uint8Array(40 * 2 ** 20);
const golden = (rows: unknown[]) => ({ tolerance: 1e-6, rows });
const { rows, pd, output } = fixtures[NAME]!;

const archives: HostilePackage[] = [
  zip('a decompression bomb', /looks like a decompression bomb/, (honest) => [...honest, extra(ZEROS, {})]),
  zip('a bomb that says it is small', /cannot be unpacked/, (honest) => [...honest, extra(ZEROS, { size: 100 })]),
  zip('a member that says it is large', /is damaged/, (honest) => [...honest, extra(new Uint8Array(10), { size: 1000 })]),
  zip('a wrong checksum', /is damaged/, (honest) => [...honest, extra(new Uint8Array(10), { crc: 7 })]),
  zip('one name twice', /is in the archive twice/, (honest) => [...honest, honest[0]!]),
  zip('two names by two headers', /is another file by its own header/, (honest) => [
    ...honest,
    extra(new Uint8Array(10), { localName: 'other.bin' }),
  ]),
  zip('two members over the same bytes', /shares bytes|is another file/, (honest) => [
    ...honest,
    extra(honest[0]!.content, { at: 0 }, honest[0]!.name.replace('.', '2.')),
  ]),
  zip('a symbolic link', /is a symbolic link/, (honest) => [...honest, extra(new TextEncoder().encode('/etc/passwd'), { mode: 0o120777 })]),
  zip('a device', /neither a file nor a directory/, (honest) => [...honest, extra(new Uint8Array(0), { mode: 0o020666 })]),
  zip('an absolute path', /not a plain relative path/, (honest) => [...honest, extra(new Uint8Array(1), {}, '/etc/cron.d/x')]),
  zip('a path that goes up', /not a plain relative path/, (honest) => [...honest, extra(new Uint8Array(1), {}, '../../x')]),
  zip('a path of another system', /not a plain relative path/, (honest) => [...honest, extra(new Uint8Array(1), {}, 'c:\\x')]),
  zip('a name with NUL', /not a plain relative path/, (honest) => [...honest, extra(new Uint8Array(1), {}, 'x\u0000.png')]),
  zip('an encrypted member', /is encrypted/, (honest) => [...honest, extra(new Uint8Array(1), { flags: 1 })]),
  zip('a compression that nobody reads', /compressed by method 99/, (honest) => [...honest, extra(new Uint8Array(1), { method: 99 })]),
  zip(
    'a second archive behind the first',
    /something was added behind it|not where its end record says/,
    (honest) => honest,
    Uint8Array.from([1, 2, 3]),
  ),
  zip('five thousand files', /more than \d+ files/, (honest) => [
    ...honest,
    ...Array.from({ length: 5000 }, (_, i) => extra(new Uint8Array(1), {}, `f${i}`)),
  ]),
  {
    name: 'half an archive',
    reason: /no readable \.zip/,
    make: () => {
      const path = join(scratchDirectory(), 'package.zip');
      const whole = archiveOf(honestMembers());
      writeFileSync(path, whole.subarray(0, whole.length / 2));
      return path;
    },
  },
];

const files: HostilePackage[] = [
  folder('a file that the manifest does not list', /not in the manifest/, (path) => writeFileSync(join(path, 'run.sh'), 'true')),
  folder('a file that is not there', /is missing in the package|SHA-256/, (path) => writeFileSync(join(path, 'golden.json'), '')),
  folder('a model that was changed by one byte', /its SHA-256 is/, (path) => {
    const bytes = readFileSync(join(path, 'model.onnx'));
    bytes[40]! ^= 1;
    writeFileSync(join(path, 'model.onnx'), bytes);
  }),
  folder('a link out of the package', /is a symbolic link/, (path) => symlinkSync('/etc/passwd', join(path, 'passwd.json'))),
  folder('folders in folders', /nested too deep/, (path) =>
    mkdirSync(join(path, ...Array.from({ length: 12 }, () => 'd')), { recursive: true }),
  ),
  manifest('a manifest of a million brackets', /not JSON|manifest\.json: /, () => '['.repeat(1_000_000)),
  manifest('a manifest of a million lists in lists', /manifest\.json: /, () => '['.repeat(1_000_000) + ']'.repeat(1_000_000)),
  manifest('a member called __proto__', /manifest\.json: /, (m) => `{"__proto__": {"ok": true}, ${JSON.stringify(m).slice(1)}`),
  manifest('a calibration that is infinite', /calibration/, (m) =>
    JSON.stringify({ ...m, calibration: { slope: 0, intercept: 0 } }).replace('"slope":0', '"slope":1e999'),
  ),
  manifest('a calibration that turns the order round', /calibration/, (m) => ({ ...m, calibration: { slope: -1, intercept: 0 } })),
  manifest('a score that overflows', /scaling/, (m) => ({ ...m, scaling: { baseScore: 1e308, baseOdds: 20, pdo: 1e308 } })),
  manifest('a digest that is none', /files/, (m) => ({ ...m, files: { ...(m.files as object), 'model.onnx': 'trust me' } })),
  manifest('a file outside of the package', /files|Invalid key/, (m) => ({
    ...m,
    files: { ...(m.files as object), '../../etc/passwd': 'a'.repeat(64) },
  })),
  manifest('a bad class beyond the classes', /bad class is said to be column 7/, (m) => ({ ...m, output: { ...output, badIndex: 7 } })),
  manifest('the good class as the bad one', /manifest says that the bad class is|a PD of/, (m) => ({
    ...m,
    output: { ...output, badIndex: 0 },
  })),
  manifest('a probability that is the other one', /a PD of/, (m) => ({ ...m, output: { ...output, of: 'good' } })),
  manifest('features in another order', /a PD of|golden/, (m) => {
    const { inputs } = manifestOf(NAME);
    return { ...m, inputs: [{ ...inputs[0]!, features: inputs[0]!.features.toReversed() }] };
  }),
  manifest('an input twice', /names one input twice|exactly once/, (m) => ({
    ...m,
    inputs: [...(m.inputs as object[]), ...(m.inputs as object[])],
  })),
  manifest('a feature of no characteristic', /no characteristic/, (m) => ({ ...m, characteristics: [(m.characteristics as object[])[0]] })),
];

const withGolden = (name: string, reason: RegExp, rowsOf: () => unknown[]): HostilePackage => ({
  name,
  reason,
  make: () => packFixture(NAME, { golden: golden(rowsOf()) }),
});
const row = (change: object) => ({ answers: null, features: rows[0], pd: pd[0], ...change });

const goldenRows: HostilePackage[] = [
  withGolden('a golden row that lies a little', /a PD of/, () => [row({ pd: pd[0]! + 2e-6 })]),
  withGolden('a golden row with a text for a number', /must be a number/, () => [row({ features: ['1', 2, 3, 4] })]),
  withGolden('a golden row that is too short', /has 1 values for 4 features/, () => [row({ features: [1] })]),
  withGolden('a golden row beyond 1', /golden\.json: rows/, () => [row({ pd: 2 })]),
  withGolden('no golden rows', /golden\.json: rows/, () => []),
];

export const hostilePackages: HostilePackage[] = [...archives, ...files, ...goldenRows];
