/** Timing things side by side: A B A B …, so that whatever else the machine does falls on all of them alike. */

export type Part = (i: number) => unknown;

/** Mean microseconds of each part per round; ratios are taken within a round. */
export type Rounds<Name extends string> = Record<Name, number[]>;

export interface Plan {
  rounds: number;
  /** Times that each part runs in a round. */
  repeats: number;
  /** Times that each part runs before anything is timed. */
  warmUp: number;
}

/**
 * Runs all parts in turn. `i` counts up through warm-up and rounds, so that a part can take something new each time.
 * A mean and not a median within a round: what happens every so often (a checkpoint of the database, a collection of garbage) belongs to the cost.
 */
export async function interleave<Name extends string>(parts: Readonly<Record<Name, Part>>, plan: Plan): Promise<Rounds<Name>> {
  const names = Object.keys(parts) as Name[];
  const rounds = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Rounds<Name>;
  let i = 0;
  for (; i < plan.warmUp; i++) for (const name of names) await parts[name](i);
  for (let round = 0; round < plan.rounds; round++) {
    globalThis.gc?.();
    const sums = await runRound(names, parts, i, plan.repeats);
    i += plan.repeats;
    names.forEach((name, n) => {
      rounds[name].push((sums[n]! / plan.repeats) * 1000);
    });
  }
  return rounds;
}

async function runRound<Name extends string>(
  names: readonly Name[],
  parts: Readonly<Record<Name, Part>>,
  from: number,
  repeats: number,
): Promise<Float64Array> {
  const sums = new Float64Array(names.length);
  for (let i = from; i < from + repeats; i++) {
    for (let n = 0; n < names.length; n++) {
      const part = parts[names[n]!];
      const start = performance.now();
      const answer = part(i);
      // Awaiting what is no promise would charge a turn of the event loop to it.
      if (answer instanceof Promise) await answer;
      sums[n]! += performance.now() - start;
    }
  }
  return sums;
}

export interface Spread {
  median: number;
  /** First and third quartile. */
  low: number;
  high: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)] ?? Number.NaN;
    return below + (place % 1) * ((sorted[Math.ceil(place)] ?? below) - below);
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** Each round's first list over the sum of the others. */
export function ratiosOf(ours: readonly number[], ...floors: readonly (readonly number[])[]): Spread {
  return spreadOf(ours.map((value, round) => value / floors.reduce((sum, floor) => sum + floor[round]!, 0)));
}
