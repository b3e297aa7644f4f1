/** Which entries a filter lets through. */
import type { LogFilter } from '../../contract/audit.ts';
import type { LogColumns } from './log-columns.ts';

const DAY_MS = 86_400_000;

/** Whether the filter lets everything through. */
export function isOpen({ outcomes, types, ...filter }: LogFilter): boolean {
  return !outcomes?.length && !types?.length && Object.values(filter).every((value) => value === undefined);
}

/** Numbers of the entries before `upTo` that the filter lets through, oldest first. An empty list of outcomes or types filters nothing. */
export function matchEntries(columns: LogColumns, filter: LogFilter, upTo: number): Uint32Array {
  const { outcomes, types, product, actor, modelVersion, policyVersion, reason, overridden, from, to } = filter;
  let found = Uint32Array.from({ length: 0 });
  let all = true;
  const narrow = (column: Uint8Array | Uint16Array | Uint32Array, allowed: Uint8Array) => {
    found = all ? search(column, allowed, upTo) : sift(found, column, allowed);
    all = false;
  };
  if (types?.length)
    narrow(
      columns.type,
      columns.types.allowing((word) => types.includes(word)),
    );
  if (outcomes?.length)
    narrow(
      columns.outcome,
      columns.outcomes.allowing((word) => (outcomes as string[]).includes(word)),
    );
  if (product !== undefined)
    narrow(
      columns.product,
      columns.products.allowing((word) => word === product),
    );
  if (actor !== undefined)
    narrow(
      columns.actor,
      columns.people.allowing((word) => word === actor),
    );
  if (modelVersion !== undefined)
    narrow(
      columns.modelVersion,
      columns.modelVersions.allowing((word) => word === modelVersion),
    );
  if (policyVersion !== undefined)
    narrow(
      columns.policyVersion,
      columns.policyVersions.allowing((word) => word === policyVersion),
    );
  if (reason !== undefined)
    narrow(
      columns.reasons,
      columns.reasonSets.allowing((set) => set.split(' ').includes(reason)),
    );
  // What the tables lack is in no list but the open one.
  if (all)
    narrow(
      columns.type,
      columns.types.allowing(() => true),
    );
  const { wall, overriddenBy } = columns;
  if (from !== undefined || to !== undefined) {
    const first = from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from);
    const end = to === undefined ? Number.POSITIVE_INFINITY : Date.parse(to) + DAY_MS;
    found = found.filter((seq) => wall[seq]! >= first && wall[seq]! < end);
  }
  // An override from after `upTo` has not happened yet: a list that somebody is reading must not change under them.
  if (overridden !== undefined) found = found.filter((seq) => overriddenBy[seq]! < upTo === overridden);
  return found;
}

function search(column: Uint8Array | Uint16Array | Uint32Array, allowed: Uint8Array, upTo: number): Uint32Array<ArrayBuffer> {
  const found = new Uint32Array(upTo);
  let count = 0;
  for (let seq = 0; seq < upTo; seq++) if (allowed[column[seq]!] === 1) found[count++] = seq;
  return found.slice(0, count);
}

function sift(seqs: Uint32Array, column: Uint8Array | Uint16Array | Uint32Array, allowed: Uint8Array): Uint32Array<ArrayBuffer> {
  const found = new Uint32Array(seqs.length);
  let count = 0;
  for (const seq of seqs) if (allowed[column[seq]!] === 1) found[count++] = seq;
  return found.slice(0, count);
}
