/** A log's entries, told row by row and filtered one by one: what the columns must agree with. */
import type { LogFilter } from '../../../contract/audit.ts';
import type { LogEntry } from '../../../contract/log-entry.ts';
import type { Reader } from '../../../db/handle.ts';
import { listEntries } from '../../../db/log-entries.ts';

export function entriesOf(db: Reader): LogEntry[] {
  return listEntries(db, 0, 100_000).map(({ bytes }) => JSON.parse(bytes.toString('utf8')) as LogEntry);
}

/** Numbers of the matching entries of the first `size`, newest first. */
export function naively(entries: readonly LogEntry[], filter: LogFilter, size = entries.length): number[] {
  const log = entries.slice(0, size);
  const overrides = log.flatMap((entry) => (entry.type === 'review' && entry.override !== null ? [entry.seq, entry.of] : []));
  const lets = (entry: LogEntry): boolean => {
    const day = entry.wall.slice(0, 10);
    const outcome = entry.type === 'decision' ? entry.decision : entry.type === 'review' ? entry.outcome : null;
    const decision = entry.type === 'decision' ? entry : null;
    return (
      (!filter.types?.length || filter.types.includes(entry.type)) &&
      (!filter.outcomes?.length || (outcome !== null && filter.outcomes.includes(outcome))) &&
      (filter.actor === undefined || entry.actor === filter.actor) &&
      (filter.product === undefined || decision?.product.name === filter.product) &&
      (filter.modelVersion === undefined || decision?.model?.version === filter.modelVersion) &&
      (filter.policyVersion === undefined || decision?.policy?.version === filter.policyVersion) &&
      (filter.reason === undefined || decision?.reasons.includes(filter.reason) === true) &&
      (filter.from === undefined || day >= filter.from) &&
      (filter.to === undefined || day <= filter.to) &&
      (filter.overridden === undefined || overrides.includes(entry.seq) === filter.overridden)
    );
  };
  return log
    .filter(lets)
    .map(({ seq }) => seq)
    .reverse();
}
