/** Decisions of the log decided again, group by group, from what was stored and the artefacts of that day. Nothing is ever appended. */
import { setImmediate } from 'node:timers/promises';
import type { ReplayResult } from '../../contract/audit.ts';
import type { DecisionEntry } from '../../contract/log-entry.ts';
import type { Reader } from '../../db/handle.ts';
import { getLogState, listEntries, type StoredEntry } from '../../db/log-entries.ts';
import { getSubjectKey } from '../../db/subject-keys.ts';
import type { Decided } from '../../decision/decide.ts';
import { leafHash } from '../../ledger/merkle.ts';
import { causesOf, changedVersions, differencesOf } from './compare-decision.ts';
import { ArtefactsByDigest, keyOf, type ThatDay } from './that-day.ts';

/** Entries decided together: enough for speed, few enough that other work of the process gets its turn. */
const GROUP = 256;

/** Between the day that was asked for and the stamp lies the deciding of a group, which is given up after ten minutes. */
const LONGEST_DECIDING_MS = 10 * 60_000;
const DAY_MS = 86_400_000;

/** A data folder to be read: a handle of its own on the database, and the folder that has the artefacts. */
export interface ReplayedFolder {
  db: Reader;
  dataDir: string;
}

/** Entry numbers, both inclusive. */
export interface SeqRange {
  from: number;
  to: number;
}

export interface ReplayedGroup {
  /** Of the decisions among the entries, in the log's order. */
  results: ReplayResult[];
  /** Entries seen so far, and of how many. */
  done: number;
  total: number;
}

/**
 * Decides every decision in the range again; what the range has beyond the log's end is left out. To stop, end the iteration: models are closed then.
 * @throws Failed `database-corrupt`, `disk-error` only: what is wrong with an entry or an artefact is its verdict
 */
export async function* replayEntries({ db, dataDir }: ReplayedFolder, { from, to }: SeqRange): AsyncGenerator<ReplayedGroup, void, void> {
  const end = Math.min(to + 1, getLogState(db).size);
  const artefacts = new ArtefactsByDigest(dataDir);
  const { decisionEntry } = await import('../../contract/log-entry.ts');
  try {
    for (let at = from; at < end; ) {
      const stored = listEntries(db, at, Math.min(GROUP, end - at));
      if (stored.length === 0) return;
      const decisions = stored.filter(({ type }) => type === 'decision');
      const read = decisions.map((one) => readDecision(one, (value) => decisionEntry.safeParse(value)));
      at = stored.at(-1)!.seq + 1;
      yield { results: await replayGroup(db, artefacts, read), done: at - from, total: end - from };
      await setImmediate();
    }
  } finally {
    await artefacts.close();
  }
}

type Read = { entry: DecisionEntry } | { result: ReplayResult };

/** The entry from its own bytes; bytes that are not those that were hashed are a difference, bytes that are no decision cannot be replayed. */
function readDecision(
  { seq, bytes, leafHash: stored }: StoredEntry,
  parse: (value: unknown) => { data?: DecisionEntry | undefined },
): Read {
  const computed = leafHash(bytes);
  if (!computed.equals(stored)) {
    const difference = { part: 'entry', stored: stored.toString('hex'), computed: computed.toString('hex') };
    const cause = 'The bytes of the entry are not those that were hashed when it was stored.';
    return { result: { seq, verdict: 'different', differences: [difference], causes: [cause] } };
  }
  const entry = parse(parseJson(bytes)).data;
  if (entry === undefined || entry.seq !== seq)
    return { result: { seq, verdict: 'impossible', differences: [], causes: ['The entry cannot be read as a decision of this format.'] } };
  return { entry };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

async function replayGroup(db: Reader, artefacts: ArtefactsByDigest, read: readonly Read[]): Promise<ReplayResult[]> {
  const results = new Map<number, ReplayResult>();
  const alike = new Map<string, DecisionEntry[]>();
  for (const one of read) {
    if ('result' in one) {
      results.set(one.result.seq, one.result);
      continue;
    }
    const key = `${dayOf(one.entry)} ${keyOf(one.entry)}`;
    alike.set(key, [...(alike.get(key) ?? []), one.entry]);
  }
  for (const entries of alike.values()) for (const result of await replayAlike(db, artefacts, entries)) results.set(result.seq, result);
  return [...results.values()].sort((a, b) => a.seq - b.seq);
}

/** Entries of one day that name the same artefacts. */
async function replayAlike(db: Reader, artefacts: ArtefactsByDigest, entries: readonly DecisionEntry[]): Promise<ReplayResult[]> {
  const day = await artefacts.thatDay(entries[0]!);
  if ('unusable' in day) {
    const { cause, computesOtherwise } = day.unusable;
    return entries.map((entry) => ({
      seq: entry.seq,
      verdict: 'impossible',
      differences: [],
      causes: [cause, ...(computesOtherwise ? changedVersions(entry) : [])],
    }));
  }
  const decided = await decideAgain(day, entries, dayOf(entries[0]!));
  const results: ReplayResult[] = [];
  for (const [i, entry] of entries.entries()) results.push(resultOf(db, entry, await judge(day, entry, decided[i]!), day));
  return results;
}

type Judged = Pick<ReplayResult, 'differences' | 'causes'>;

/** An entry that was stored just after midnight may have been decided just before it. */
async function judge(day: ThatDay, entry: DecisionEntry, decided: Decided): Promise<Judged> {
  const differences = differencesOf(entry, decided, day);
  if (differences.length === 0) return { differences, causes: [] };
  const wall = Date.parse(entry.wall);
  if (wall % DAY_MS < LONGEST_DECIDING_MS) {
    const [before] = await decideAgain(day, [entry], new Date(wall - DAY_MS).toISOString().slice(0, 10));
    if (differencesOf(entry, before!, day).length === 0) return { differences: [], causes: [] };
  }
  return { differences, causes: causesOf(entry, decided) };
}

function resultOf(db: Reader, { seq, pii }: DecisionEntry, { differences, causes }: Judged, { notes }: ThatDay): ReplayResult {
  const isErased = pii !== null && getSubjectKey(db, seq) === null;
  const verdict = differences.length > 0 ? 'different' : isErased ? 'erased' : 'same';
  return { seq, verdict, differences, causes: [...causes, ...notes] };
}

function decideAgain({ decider }: ThatDay, entries: readonly DecisionEntry[], today: string): Promise<Decided[]> {
  return decider.decideAll(
    entries.map(({ application, product, inputs, protected: apart }) => ({
      applicationId: application,
      product: product.name,
      answers: { ...inputs, ...apart },
      identity: {},
    })),
    { today, explain: true },
  );
}

/** branch/today.ts took it from the same clock that the entry's `wall` is from. */
function dayOf({ wall }: DecisionEntry): string {
  return wall.slice(0, 10);
}
