/** The summary: what is proven, what is not, in words and in numbers. */
import type { Bundle } from './bundle.ts';
import type { Entries } from './entries.ts';
import type { Report } from './report.ts';
import type { Stamp, Trust } from './stamps.ts';

export interface Outcome {
  bundle: Bundle;
  trust: Trust;
  newest: Stamp;
  /** Checkpoints that are the log's own and of this tree. */
  held: readonly Stamp[];
  entries: Entries;
  isAllCompared: boolean;
}

export function tell(report: Report, outcome: Outcome): void {
  const { newest, held, trust, isAllCompared } = outcome;
  const best = held.filter(({ isCountersigned }) => isCountersigned).toSorted((a, b) => b.size - a.size)[0];
  const tail = newest.size - (best?.size ?? 0);
  tellFacts(report, outcome, best, tail);
  tellProven(report, outcome);
  if (best !== undefined) {
    const names = best.witnesses.map(({ name, time }) => `${name} at ${new Date(time * 1000).toISOString()}`).join(', ');
    report.proven(`Entries 0 to ${best.size - 1} are countersigned (${names}; ${trust.quorum} of ${trust.witnesses.length} needed).`);
  }
  tellTimes(report, outcome.entries);
  tellLimits(report, outcome, tail);
  if (tail === 0 && isAllCompared) report.allIsCountersigned();
}

function tellFacts(report: Report, { bundle, trust, newest, held, entries }: Outcome, best: Stamp | undefined, tail: number): void {
  Object.assign(report.facts, {
    evidence: bundle.manifest === null ? 'tiles' : 'bundle',
    origin: newest.origin,
    size: newest.size,
    root: newest.root.toString('base64'),
    logs: entries.epochs.map(({ from, key: { name, vkey } }) => ({
      origin: name,
      vkey,
      from,
      pinned: trust.logs.some((key) => key.vkey === vkey),
    })),
    countersigned: best?.size ?? 0,
    tail,
    quorum: trust.quorum,
    witnesses: best?.witnesses ?? [],
    checkpoints: held.length,
    scope: bundle.manifest?.scope ?? { from: 0, to: newest.size - 1 },
    ...entries.counts,
    times: entries.times,
    replay: bundle.manifest === null ? null : entries.replays,
  });
}

function tellProven(report: Report, { bundle, newest, held, entries: { counts } }: Outcome): void {
  report.proven(`The log ${newest.origin} has ${newest.size} entries and the root ${newest.root.toString('base64')}, signed by its key.`);
  if (bundle.isWhole) report.proven(`All entries that are here (${counts.read}) were hashed again and give that root.`);
  else report.proven(`The entries that are here (${counts.read}) are in that tree, each by a proof of its own.`);
  if (held.length > 1) report.proven(`Older checkpoints (${held.length - 1}) are of the same tree: nothing before them was changed since.`);
  if (counts.opened > 0) report.proven(`Sealed parts (${counts.opened}) open under the keys that their entries are committed to.`);
}

function tellTimes(report: Report, { times }: Entries): void {
  for (const { seq, wall, notBefore, notAfter } of times) {
    const bounds = [notBefore && `after ${notBefore}`, notAfter && `before ${notAfter}`].filter((each) => each !== null);
    if (bounds.length > 0) report.proven(`The decision in entry ${seq} was made ${bounds.join(' and ')}; the PC's clock said ${wall}.`);
    else report.unproven(`When the decision in entry ${seq} was made: the PC's clock said ${wall}, and no witness bounds it.`);
  }
}

function tellLimits(report: Report, { bundle, trust, newest, entries: { counts, replays, differing } }: Outcome, tail: number): void {
  const say = (count: number, line: string): void => {
    if (count > 0) report.unproven(line);
  };
  const because = trust.witnesses.length === 0 ? ' (you named no witness: --witness)' : '';
  say(tail, `Unwitnessed tail: ${tail} of the entries, the last ones${because}. Who holds the log's key can rewrite them.`);
  report.unproven(
    `That the log ended with entry ${newest.size - 1} when this was exported: whether later ones were left out, only a later checkpoint (as a witness keeps the last it signed) or a receipt can show.`,
  );
  say(counts.withheld, `Withheld entries: ${counts.withheld}. Nothing but their place is known.`);
  say(counts.sealed, `Sealed parts that stay closed: ${counts.sealed}. Redacted from this bundle, or erased.`);
  say(counts.strangeAnchors, `Entries that name an older checkpoint which is not in this bundle: ${counts.strangeAnchors}.`);
  say(counts.outside, `Entries whose time, as the PC's clock said, lies outside what the witnesses bound: ${counts.outside}.`);
  say(counts.halfBounded, `Entries bounded in time on one side only: ${counts.halfBounded}.`);
  say(counts.unbounded, `Entries not bounded in time at all: ${counts.unbounded}.`);
  const rest = bundle.readRest();
  say(
    rest,
    `Further files, ${bundle.manifest === null ? 'not looked at' : 'of which only is known that they are what was exported'}: ${rest}.`,
  );
  if (!bundle.isWhole)
    report.unproven('Entries out of scope were not looked at, and a part of the log cannot show that all epochs are listed.');
  if (bundle.manifest === null) return;
  const { same, erased, different, impossible } = replays;
  const list = differing.length > 0 ? ` These first: ${differing.join(', ')}.` : '';
  report.unproven(
    `Scores were not computed again here. The exporter says of its own: ${same} same, ${erased} same and erased, ${different} different, ${impossible} impossible.${list}`,
  );
  const { by, made } = bundle.manifest;
  report.unproven(`Who exported (${by.account}, ${by.role}) and when (${made}) are the exporter's own words.`);
}
