/** A recorded run taken through every power cut, and what that came to. */
import { createHash } from 'node:crypto';
import { Disk } from './disk-model.ts';
import { type Acknowledged, acknowledgeLine, examineFolder, nothingAcknowledged, type Problem, putState } from './examine-state.ts';
import { type CutName, cutPower } from './power-cuts.ts';
import { Random } from './random.ts';
import type { Call } from './read-trace.ts';

/** What the runs of one kind came to. */
export class Outcome {
  states = 0;
  steps = 0;
  acknowledged = 0;
  /** By the way in which the power went. */
  readonly byCut = new Map<CutName, { states: number; problems: number }>();
  readonly problems: Partial<Record<Problem, number>> = {};
  first: string | null = null;

  count(cut: CutName, problem: Problem | null, when: string): void {
    const before = this.byCut.get(cut) ?? { states: 0, problems: 0 };
    this.byCut.set(cut, { states: before.states + 1, problems: before.problems + (problem === null ? 0 : 1) });
    this.states += 1;
    if (problem === null) return;
    this.problems[problem] = (this.problems[problem] ?? 0) + 1;
    this.first ??= `${problem}: ${cut} after ${when}`;
  }

  print(title: string, seed: number): void {
    const cuts = [...this.byCut].map(([cut, { states, problems }]) => `  ${cut.padEnd(13)} ${states} states, ${problems} with a problem`);
    const problems = Object.entries(this.problems).map(([problem, times]) => `${problem}: ${times}`);
    const head = `${title} (seed ${seed}): ${this.states} states at ${this.steps} steps, ${this.acknowledged} entries acknowledged`;
    console.log([head, ...cuts, `  ${problems.length === 0 ? 'no problem' : problems.join(', ')}`].join('\n'));
  }
}

export interface RecordedRun {
  calls: readonly Call[];
  seed: number;
  /** The folder that it worked in. */
  data: string;
  /** Whether a sync of a path counts; all do where this is not given. */
  syncs?: (path: string) => boolean;
}

/** Cuts the power after each call, in `more` random ways besides the two plain ones; builds each disk in the folder `state`. */
export async function cutEverywhere(
  outcome: Outcome,
  { calls, seed, data, syncs }: RecordedRun,
  more: number,
  state: string,
): Promise<void> {
  const random = new Random(seed);
  const disk = new Disk(data, syncs);
  const acknowledged = nothingAcknowledged();
  const known = new Set<string>();
  for (const [step, call] of calls.entries()) {
    disk.apply(call);
    if (call.call === 'acknowledge') acknowledgeLine(acknowledged, call.text);
    for (const { cut, state: files } of cutPower(disk, random, more)) {
      const name = digestOf(files, acknowledged);
      if (known.has(name)) continue;
      known.add(name);
      putState(files, state);
      const problem = await examineFolder(state, acknowledged, outcome.states % 8 === 0);
      outcome.count(cut, problem, `call ${step} (${call.call}) of the run with seed ${seed}`);
    }
  }
  outcome.steps += calls.length;
  outcome.acknowledged += acknowledged.entries.size;
}

/** Disks that are alike need a look once, as long as nothing more was acknowledged. */
function digestOf(files: ReadonlyMap<string, Buffer>, { lines }: Acknowledged): string {
  const hash = createHash('sha1').update(`${lines}`);
  for (const [path, content] of files) hash.update(`\0${path}\0${content.length}\0`).update(content);
  return hash.digest('base64');
}
