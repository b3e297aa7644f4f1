/**
 * Valid packages with something changed in them, by chance that a seed decides. Each is refused with a reason, or behaves within the limits. What passes
 * the static checks is run in the disposable process alone, as the program does.
 * OUTPOST_FUZZ_SECONDS runs it longer than CI's 20 s; OUTPOST_FUZZ_SEED runs one seed again.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECK_LIMITS } from '../../branch/check-limits.ts';
import type { Failure } from '../../contract/failure.ts';
import { checkPackage } from '../../models/check-package.ts';
import { type OpenedPackage, openPackage } from '../../models/open-package.ts';
import { checkStatically } from '../../models/static-checks.ts';
import { archiveOf } from '../support/hostile-archives.ts';
import { drawFrom } from '../support/many-applications.ts';
import { mutateBytes, mutateJson } from '../support/mutate.ts';
import { manifestOf, onnxBytes, packFixture, scratchDirectory, writePackage } from './pack-fixture.ts';

const SECONDS = Number(process.env.OUTPOST_FUZZ_SECONDS ?? 20);
const SEED = Number(process.env.OUTPOST_FUZZ_SEED ?? Date.now() % 2 ** 31);
const BASES = ['xgb-classifier', 'forest-zipmap', 'trees-five', 'linear-regressor', 'mixed-columns', 'mlp-float', 'logistic-zipmap'];
const GIGABYTE = 2 ** 30;
const LIMITS = { prepareFeatures: null, ...CHECK_LIMITS };

/** Each kind gets its share of the time. */
const ends = (share: number) => performance.now() + SECONDS * 1000 * share;

/** A failure that a person can act on, and that holds nothing of what was read. */
function expectReason({ kind, happened, next }: Failure): void {
  expect(kind).toMatch(/^(model-|file-)/);
  expect(happened).toMatch(/^\P{Cc}+$/u);
  expect(next.length).toBeGreaterThan(10);
}

/** Seeds of one kind of change, numbered, until its time is up; a failure names the seed that made it. */
async function fuzz(name: string, share: number, once: (draw: () => number) => Promise<boolean>): Promise<void> {
  const end = ends(share);
  let [runs, passed] = [0, 0];
  for (let seed = SEED; performance.now() < end || runs === 0; seed++) {
    try {
      passed += Number(await once(drawFrom(seed)));
    } catch (error) {
      throw new Error(`${name}: run it again with OUTPOST_FUZZ_SEED=${seed}`, { cause: error });
    }
    runs += 1;
  }
  process.stdout.write(`${name}: ${runs} runs from seed ${SEED}, ${passed} not refused\n`);
}

async function opened(path: string): Promise<OpenedPackage | null> {
  const result = await openPackage(path);
  if (!('failure' in result)) return result;
  expectReason(result.failure);
  return null;
}

/** @returns whether nothing is wrong with it that can be known without running it */
function isSound(pack: OpenedPackage): boolean {
  const { checks } = checkStatically(pack);
  expect(checks.length).toBeGreaterThan(0);
  return checks.every(({ problem }) => problem === null);
}

describe('a valid package with something changed', { timeout: (SECONDS + 100) * 1000 }, () => {
  it('is refused or bounded where bytes of the graph were changed', async () => {
    const bases = new Map(BASES.map((name) => [name, onnxBytes(name)]));
    const packs = new Map<string, OpenedPackage>();
    for (const base of BASES) packs.set(base, (await opened(packFixture(base)))!);
    const change = (draw: () => number) => {
      const base = BASES[Math.floor(draw() * BASES.length)]!;
      const bytes = mutateBytes(bases.get(base)!, draw);
      return { base, bytes, sound: isSound({ ...packs.get(base)!, model: bytes }) };
    };
    await fuzz('graph, in this process', 0.25, (draw) => Promise.resolve(change(draw).sound));
    let peak = 0;
    let runs = 0;
    await fuzz('graph, run in the disposable process', 0.4, async (draw) => {
      const { base, bytes, sound } = change(draw);
      if (!sound) return false;
      runs += 1;
      const { ok, failure, peakBytes } = await checkPackage(packFixture(base, { onnx: bytes }), LIMITS);
      if (failure !== null) expectReason(failure);
      expect(peakBytes ?? 0).toBeLessThan(GIGABYTE);
      peak = Math.max(peak, peakBytes ?? 0);
      return ok;
    });
    process.stdout.write(
      `${runs} of them passed the static checks and were run; the most memory that one took: ${Math.round(peak / 2 ** 20)} MB\n`,
    );
  });

  it('is refused or bounded where its manifest was changed', async () => {
    const golden = packFixture('xgb-classifier');
    const files = Object.fromEntries(
      ['model.onnx', 'background.json', 'golden.json'].map((name) => [name, readFileSync(join(golden, name))]),
    );
    await fuzz('manifest, in this process', 0.2, async (draw) => {
      const path = scratchDirectory();
      const changed = mutateJson(JSON.parse(JSON.stringify(manifestOf('xgb-classifier'))), draw);
      const manifest = typeof changed === 'object' && changed !== null ? changed : {};
      writePackage(path, files, manifest as ReturnType<typeof manifestOf>);
      if (draw() < 0.1) writeFileSync(join(path, 'manifest.json'), mutateBytes(readFileSync(join(path, 'manifest.json')), draw));
      const pack = await opened(path);
      return pack !== null && isSound(pack);
    });
  });

  it('is refused, or is the same package, where bytes of its archive were changed', async () => {
    const folder = packFixture('trees-five');
    const members = readdirSync(folder).map((name) => ({ name, content: new Uint8Array(readFileSync(join(folder, name))) }));
    const archive = archiveOf(members);
    const path = join(scratchDirectory(), 'package.zip');
    const honest = (await opened(folder))!.artefact.sha256;
    await fuzz('archive, in this process', 0.15, async (draw) => {
      writeFileSync(path, mutateBytes(archive, draw));
      const pack = await opened(path);
      if (pack !== null) expect(pack.artefact.sha256).toBe(honest);
      return pack !== null;
    });
  });
});
