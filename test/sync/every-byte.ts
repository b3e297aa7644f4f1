/** One short session, cut after each byte of what goes up and of what comes down: afterwards everything is there once, in order, and the branch knows it. */

import type { Direction } from './proxy.ts';
import { type Joined, joinByProxy } from './real-branch.ts';
import { compare } from './simulator/judge.ts';

export interface EveryByte {
  /** Bytes of the session in each direction. */
  length: Record<Direction, number>;
  cuts: number;
  /** After how many of the cuts head office had what the branch did not know to be acknowledged. */
  committedUnheard: number;
  failures: string[];
}

/** @param step 1: after every byte */
export async function cutEach(step: number, joined?: Joined): Promise<EveryByte> {
  const one = joined ?? (await joinByProxy({ idleMs: 1000 }));
  const found: EveryByte = { length: { up: 0, down: 0 }, cuts: 0, committedUnheard: 0, failures: [] };
  try {
    one.decide(2);
    await one.sync();
    // How long a session is that brings one entry; the next ones differ by a few bytes.
    one.decide(1);
    one.proxy.behave({ does: 'pass' });
    await one.sync();
    Object.assign(found.length, one.proxy.passed);
    for (const direction of ['up', 'down'] as const)
      for (let after = 0; after <= found.length[direction]; after += step) await cutAt(one, direction, after, found);
    return found;
  } finally {
    if (joined === undefined) await one.close();
  }
}

async function cutAt(one: Joined, direction: Direction, after: number, found: EveryByte): Promise<void> {
  const name = `${direction} ${after}`;
  one.decide(1);
  const before = one.state().acked!.size;
  one.proxy.behave({ does: 'cut', direction, after });
  await one.sync();
  const heard = one.state().acked!.size;
  const there = (await one.held()).length;
  if (heard > there || heard < before) found.failures.push(`${name}: ${heard} acknowledged, and head office has ${there}`);
  if (there > heard) found.committedUnheard += 1;
  one.proxy.behave({ does: 'pass' });
  one.proxy.cutAll();
  const { failure } = await one.sync();
  found.cuts += 1;
  const { lost, doubled, reordered } = compare(one.stored(), await one.held());
  if (failure !== null || lost + doubled + reordered > 0 || one.state().acked!.size !== one.log.frontier.size)
    found.failures.push(`${name}: lost ${lost}, doubled ${doubled}, reordered ${reordered}, ${failure?.happened ?? 'no failure'}`);
}

/** @returns the process's exit code */
export async function cutAtEveryByte(print: (line: string) => void): Promise<number> {
  const began = performance.now();
  const { length, cuts, committedUnheard, failures } = await cutEach(1);
  print(
    `a session of ${length.up} bytes up and ${length.down} down, cut after each of them: ${cuts} cuts in ${Math.round((performance.now() - began) / 1000)} s`,
  );
  print(`head office had committed what the branch did not hear of after ${committedUnheard} of them`);
  print(failures.length === 0 ? 'every entry there exactly once and in order, and acknowledged, after each' : failures.join('\n'));
  return failures.length === 0 ? 0 : 1;
}
