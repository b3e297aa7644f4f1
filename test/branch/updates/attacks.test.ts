/** Every attack of the design's table, performed against a real server on this machine or a real folder, and what it met. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Metadata, TargetFile } from '@tufjs/models';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { UpdateTrial } from '../../support/updating-branch.ts';
import { onMetadata } from './attacks/on-metadata.ts';
import { onTargets } from './attacks/on-targets.ts';
import { leftovers, onTheLine } from './attacks/on-the-line.ts';
import { type Attack, MODEL, Scene, temporaryFolder } from './attacks/scene.ts';

/** All of an attack, its healing included: a stalled line must cost less. */
const BOUND_MS = 15_000;

const trial = new UpdateTrial();
const ATTACKS = [...onMetadata, ...onTargets, ...onTheLine];
const met: string[][] = [];
const temporary = temporaryFolder();
let made = 0;
let common: Scene;

/** Setting up a head office costs more than most attacks: those that leave it as it is share one. */
async function withScene<T>(needsOwn: boolean, work: (scene: Scene) => Promise<T>): Promise<T> {
  made += 1;
  const scene = needsOwn ? await Scene.make(trial, `head-office-${made}`) : await common.again(trial);
  try {
    return await work(scene);
  } finally {
    await scene.server.stop();
  }
}

beforeAll(async () => {
  common = await Scene.make(trial, 'head-office');
  vi.stubEnv('TMPDIR', temporary);
});

afterEach(() => vi.restoreAllMocks());

afterAll(async () => {
  await common.server.stop();
  vi.unstubAllEnvs();
  trial.remove();
  rmSync(temporary, { recursive: true });
  const width = Math.max(...met.map(([, name = '']) => name.length));
  process.stdout.write(`\n${met.map(([row, name = '', reaction]) => `${name.padEnd(width)} → ${reaction}   [${row}]`).join('\n')}\n`);
});

/** What it met: a failure's cause; without a failure what the attack says of itself. */
async function reactionTo(attack: Attack, scene: Scene): Promise<{ reaction: string; happened: string }> {
  const failure = await attack.perform(scene);
  if (failure !== null) return { reaction: String(failure.facts.cause), happened: failure.happened };
  return {
    reaction: ['accepted', 'fetched anew, and right', 'shown as stale, still in use'].includes(attack.meets) ? attack.meets : 'nothing',
    happened: '',
  };
}

describe('an attack on updates', () => {
  it.each(ATTACKS)('$name: $meets', { timeout: BOUND_MS }, async (attack) => {
    await withScene(attack.changesRepository ?? attack.recover !== undefined, async (scene) => {
      const before = scene.open({ repository: null }).chain().metadata;
      const { reaction, happened } = await reactionTo(attack, scene);
      expect(reaction, happened).toBe(attack.meets);
      met.push([attack.row, attack.name, happened === '' ? reaction : `${reaction}: ${happened}`]);
      expectNothingElse(scene, before, attack);
      await expectHealing(scene, attack);
    });
  });
});

/** Nothing outside its own folder, no copy left half-way, and what was verified before still verifies. */
function expectNothingElse(scene: Scene, before: Record<string, number>, { isTakenIn }: Attack): void {
  expect(leftovers(scene.folder)).toEqual([]);
  expect(readdirSync(temporary)).toEqual([]);
  expect(readdirSync(join(scene.folder, 'chain')).filter((name) => name.includes('staging') || name.includes('unfinished'))).toEqual([]);
  const after = scene.open({ repository: null }).chain().metadata;
  if (isTakenIn === undefined && after.root === before.root) expect(after.timestamp).toBeGreaterThanOrEqual(before.timestamp ?? 0);
}

/** No attack locks a branch out for good: the honest repository works again, without anybody's hands on this PC. */
async function expectHealing(scene: Scene, attack: Attack): Promise<void> {
  scene.server.attack = null;
  scene.server.folder = scene.repository.public;
  attack.recover?.(scene);
  const updates = scene.open();
  expect(await updates.refresh(), attack.name).toEqual({ failure: null, channels: {} });
  expect((await updates.offers([])).offers.map(({ target }) => target)).toContain(MODEL);
  expect(await updates.download({ target: MODEL })).toHaveProperty('file');
  expect(updates.chain().isStale).toBe(false);
}

describe('a control: with one step of verification disabled', () => {
  const byName = (name: string): Attack => ATTACKS.find((attack) => attack.name === name) ?? expect.fail(name);

  it('signatures: a tampered timestamp goes through, so that its test would fail', async () => {
    await withScene(false, async (scene) => {
      vi.spyOn(Metadata.prototype, 'verifyDelegate').mockImplementation(() => {});
      expect((await reactionTo(byName('timestamp tampered'), scene)).reaction).not.toBe('signatures');
    });
  });

  it('digests of targets: a tampered model goes through', async () => {
    await withScene(false, async (scene) => {
      vi.spyOn(TargetFile.prototype, 'verify').mockImplementation(async (stream) => {
        for await (const _ of stream);
      });
      expect((await reactionTo(byName('target tampered'), scene)).reaction).toBe('nothing');
    });
  });

  it('what is remembered: without the cached chain an old stick goes through', async () => {
    await withScene(false, async (scene) => {
      await scene.refresh();
      rmSync(join(scene.folder, 'chain'), { recursive: true });
      expect(await scene.refused({ repository: scene.oldStick })).toBeNull();
    });
  });
});
