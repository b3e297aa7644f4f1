/** A package on its way to somebody else: packed, compared, and with its card. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packPackage } from '../../models/pack/pack-package.ts';
import { fixtures, openFixture } from '../models/pack-fixture.ts';
import { BUNDLED_DIR } from '../support/office.ts';
import { runOutpost } from '../support/run-outpost.ts';

const folder = mkdtempSync(join(tmpdir(), 'outpost-pack-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const champion = join(BUNDLED_DIR, 'personal-loan/champion');
const challenger = join(BUNDLED_DIR, 'personal-loan/challenger');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('outpost model pack', () => {
  const packed = at('champion.zip');
  beforeAll(async () => {
    expect((await runOutpost(['model', 'pack', champion, '--out', packed])).code).toBe(0);
  });

  it('writes an archive that is the package: it passes the same check under the same digest', async () => {
    const check = await runOutpost(['model', 'check', packed, '--json']);
    const digest = sha256(readFileSync(join(champion, 'manifest.json')));
    expect([check.code, JSON.parse(check.stdout).package.sha256]).toStrictEqual([0, digest]);
  });

  it('gives the same bytes again: from its own archive, in another time zone and language', async () => {
    const again = at('again.zip');
    const run = await runOutpost(['model', 'pack', packed, '--out', again, '--json'], { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8' });
    expect(run.code).toBe(0);
    expect(readFileSync(again).equals(readFileSync(packed))).toBe(true);
    expect(JSON.parse(run.stdout).archive).toStrictEqual({
      file: again,
      bytes: readFileSync(packed).length,
      sha256: sha256(readFileSync(packed)),
    });
  });

  it('writes over nothing, and packs nothing that does not pass', async () => {
    const over = await runOutpost(['model', 'pack', champion, '--out', packed]);
    expect([over.code, over.stderr]).toStrictEqual([2, expect.stringContaining('is there already')]);
    const spoilt = at('spoilt');
    cpSync(champion, spoilt, { recursive: true });
    writeFileSync(join(spoilt, 'golden.json'), '{}');
    const refused = await runOutpost(['model', 'pack', spoilt, '--out', at('spoilt.zip')]);
    expect([refused.code, refused.stdout]).toStrictEqual([3, expect.stringContaining('FAIL  files, hashes and schemas')]);
    expect(existsSync(at('spoilt.zip'))).toBe(false);
  });

  it('takes a ZipMap out of the graph: another digest, the same PDs', async () => {
    const before = await openFixture('forest-zipmap');
    const { archive, rewritten, sha256: digest } = packPackage(before);
    expect(rewritten).toStrictEqual({ output: before.manifest.output.name, to: expect.any(String) });
    expect(digest).not.toBe(before.artefact.sha256);
    writeFileSync(at('forest.zip'), archive);
    const { checkPackage } = await import('../../models/check-package.ts');
    const { ok, opened } = await checkPackage(at('forest.zip'), { prepareFeatures: null, timeoutMs: 60_000, memoryBytes: 2 ** 30 });
    expect([ok, opened?.artefact.sha256, opened?.manifest.output.form]).toStrictEqual([true, digest, 'classes']);
    expect(opened?.golden.rows.map(({ pd }) => pd)).toStrictEqual(fixtures['forest-zipmap']!.pd);
  });

  it('is made of bytes that only a new version of the compressor may change: then this digest is to be changed with it', async () => {
    expect(sha256(packPackage(await openFixture('mlp-float')).archive)).toBe(PINNED);
  });
});

const PINNED = '6464bdbf09edc08cb702a7a292a7f22c1686d75bd6a33d42c9acdb977e3a51f0';

describe('outpost model diff', () => {
  it('says of a model and itself that nothing differs', async () => {
    const run = await runOutpost(['model', 'diff', challenger, challenger, '--json']);
    const told = JSON.parse(run.stdout);
    expect([run.code, told.changes, told.decisions.decidedOtherwise]).toStrictEqual([0, [], 0]);
    expect([told.scoreShift.min, told.scoreShift.max]).toStrictEqual([0, 0]);
    expect(told.reference).toMatchObject({ from: 'golden and background rows of both packages', notScored: 0 });
  });

  it('counts who would be decided otherwise, hides groups of few, and names features and figures', async () => {
    const run = await runOutpost(['model', 'diff', champion, challenger, '--rows', 'examples/personal-loans.csv']);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/\d+ of \d+ would be decided otherwise/);
    expect(run.stdout).toMatch(/groups have too few people to be shown/);
    expect(run.stdout).toMatch(/^ {2}auc +0\.\d+ +0\.\d+$/m);
    expect(run.stdout).toMatch(/The feature \w+ is (new|gone)\./);
    expect(run.stdout).not.toMatch(/addr_state = /);
  });

  it('refuses two packages of two products', async () => {
    const run = await runOutpost(['model', 'diff', champion, join(BUNDLED_DIR, 'instalment-loan/champion')]);
    expect([run.code, run.stderr]).toStrictEqual([2, expect.stringContaining('The packages are for two products')]);
  });
});

describe('outpost model card', () => {
  it('prints the card that the package brings', async () => {
    const run = await runOutpost(['model', 'card', champion]);
    expect(run.code).toBe(0);
    expect(run.stdout.trimEnd()).toBe(readFileSync(join(champion, 'model-card.md'), 'utf8').trimEnd());
    expect(run.stderr).toContain('its digest is the one in the manifest');
  });

  it('renders one from the manifest where there is none', async () => {
    const bare = at('bare');
    cpSync(champion, bare, { recursive: true });
    rmSync(join(bare, 'model-card.md'));
    const manifest = JSON.parse(readFileSync(join(bare, 'manifest.json'), 'utf8'));
    manifest.files['model-card.md'] = undefined;
    manifest.limits.push('Not for <script>|\u001b[2J');
    writeFileSync(join(bare, 'manifest.json'), JSON.stringify(manifest));
    const run = await runOutpost(['model', 'card', bare, '--json']);
    const { from, markdown } = JSON.parse(run.stdout);
    expect([run.code, from]).toStrictEqual([0, 'manifest']);
    expect(markdown).toMatch(/^# .+ — personal-loan-champion 1\.0\.0/);
    for (const title of ['Identity', 'Data', 'Features', 'Figures', 'Training', 'Limits']) expect(markdown).toContain(`## ${title}`);
    expect(markdown).toContain('- Not for \\<script\\>\\|');
    expect((await runOutpost(['model', 'card', bare])).stdout).not.toContain('\u001b');
  });
});
