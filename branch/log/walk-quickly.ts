/**
 * The quick way through entries that are all as they should be, which nearly always they are: no buffer and no parsed value for each. It either
 * finds that every check of the long way (check-entry.ts, check-tables.ts) would hold, or it cannot tell, and changes nothing: then the long way
 * is gone, which names what is wrong.
 */
import type { LogEntry } from '../../contract/log-entry.ts';
import { eventRowOf } from '../../db/events.ts';
import { BETWEEN, type DecisionText, listDecisionTexts, listEntryPlaces, NEXT_ROW, NULL, readEventTexts } from '../../db/rows-as-text.ts';
import { type Members, scanObject } from '../../ledger/canonical-scan.ts';
import { DigestTree, leafDigest } from '../../ledger/digest-tree.ts';
import type { Frontier, TreeNode } from '../../ledger/merkle.ts';
import { readDecisionText } from './decision-text.ts';
import type { Walk } from './walk.ts';

export interface QuickChunk {
  frontier: Frontier;
  nodes: TreeNode[];
  anchored: number;
  /** Entries that are no decisions, and decisions that a name or a key is kept with: what is still to be asked of them needs their values. */
  others: LogEntry[];
  named: Extract<LogEntry, { type: 'decision' }>[];
  decisions: number;
}

/** What such an entry means to the walk is for the long way. */
const FOR_THE_LONG_WAY = /^(?:genesis|witnesses-trusted|enrolled|outcome|.*-activated|model-.*)$/;

/** Entries `from` to before `from + texts.length`, whose bytes these are, each behind a 00; null where the quick way cannot tell that all is well. */
export function walkQuickly(walk: Walk, from: number, texts: readonly string[]): QuickChunk | null {
  const { reader, frontier } = walk;
  const stored = listEntryPlaces(reader, from, texts.length);
  if (stored === null || stored.places.length !== texts.length) return null;
  const tree = new DigestTree(frontier);
  const checks = new RowChecks(walk, listDecisionTexts(reader, from, from + texts.length));
  let [leafHashes, roots] = ['', ''];
  for (let i = 0; i < texts.length; i++) {
    const leaf = leafDigest(texts[i]!);
    leafHashes += leaf;
    tree.add(leaf);
    const [place, seq] = [stored.places[i]!, String(from + i)];
    const isLast = place[seq.length] === '*';
    if (isLast) roots += tree.root();
    const type = checks.check(from + i, texts[i]!);
    if (type === null || place !== `${seq}${isLast ? '*' : ' '}${type}`) return null;
  }
  if (leafHashes !== stored.leafHashes || roots !== stored.roots) return null;
  const { anchored, others, named, decisions } = checks;
  if (!checks.isDone(from, from + texts.length)) return null;
  return { frontier: tree.frontier(), nodes: tree.nodes, anchored, others, named, decisions };
}

/** Entry after entry against the rows that are kept of them. */
class RowChecks {
  readonly others: LogEntry[] = [];
  readonly named: QuickChunk['named'] = [];
  decisions = 0;
  anchored: number;
  readonly #walk: Walk;
  readonly #decisionTexts: readonly DecisionText[];
  /** What must be kept of the entries that are no decisions. */
  readonly #events: string[] = [];
  #present = 0;
  /** Text of the last anchor that was found to be right: in the next entry it mostly is the same. */
  #anchor = '';

  constructor(walk: Walk, decisionTexts: readonly DecisionText[]) {
    this.#walk = walk;
    this.anchored = walk.anchored;
    this.#decisionTexts = decisionTexts;
  }

  /** The entry's type by its own text, which stands behind one character; null where not all is well with it. */
  check(seq: number, text: string): string | null {
    const members = scanObject(text, 1);
    if (members === null || !this.#isAnchorRight(seq, text, members)) return null;
    const row = this.#decisionTexts[this.decisions];
    const decision = readDecisionText(text, members);
    if (decision === null) return this.#checkOther(seq, text);
    if (row === undefined || decision.seq !== String(seq)) return null;
    const [texts, pd, score, amount, isNamed] = row;
    if (texts !== decision.row || String(pd) !== decision.pd || String(score) !== decision.score || String(amount) !== decision.amount)
      return null;
    this.decisions++;
    if (isNamed === 1 || decision.isSealed || seq % SAMPLE === 0) {
      const entry = JSON.parse(text.slice(1)) as QuickChunk['named'][number];
      if (this.#walk.misshapen(entry)) return null;
      if (isNamed === 1 || decision.isSealed) this.named.push(entry);
    }
    return 'decision';
  }

  /** Whether every row was accounted for. */
  isDone(from: number, to: number): boolean {
    if (this.decisions !== this.#decisionTexts.length) return false;
    const { rows, text, present } = readEventTexts(this.#walk.reader, from, to);
    return rows === this.#events.length && present === this.#present && text === this.#events.join(NEXT_ROW);
  }

  #checkOther(seq: number, text: string): string | null {
    const entry = JSON.parse(text.slice(1)) as Exclude<LogEntry, { type: 'decision' }>;
    if (entry.seq !== seq || typeof entry.type !== 'string' || FOR_THE_LONG_WAY.test(entry.type) || this.#walk.misshapen(entry))
      return null;
    const { type, wall, actor, about, applicationId, outcome, override, detail } = eventRowOf(entry);
    // Without escapes in its text, no value of the entry holds what stands between columns and rows.
    const always = `${seq}${BETWEEN}${type}${BETWEEN}${wall}${BETWEEN}${actor}`;
    const perhaps = `${about ?? NULL}${BETWEEN}${applicationId ?? NULL}${BETWEEN}${outcome ?? NULL}${BETWEEN}${override ?? NULL}`;
    this.#events.push(`${always}${BETWEEN}${perhaps}${BETWEEN}${detail}`);
    for (const value of [about, applicationId, outcome, override]) if (value !== null) this.#present++;
    this.others.push(entry);
    return type;
  }

  #isAnchorRight(seq: number, text: string, { names, starts, ends }: Members): boolean {
    const at = names.indexOf('anchor');
    const anchor = at < 0 ? '' : text.slice(starts[at], ends[at]);
    if (anchor === this.#anchor && anchor !== '') return true;
    if (anchor === 'null' ? this.anchored > 0 : !this.#isAnchorForward(seq, anchor)) return false;
    this.#anchor = anchor;
    return true;
  }

  #isAnchorForward(seq: number, anchor: string): boolean {
    const size = this.#walk.anchors.get(anchor.slice(1, -1));
    if (size === undefined || size > seq || size < this.anchored) return false;
    this.anchored = size;
    return true;
  }
}

/** As entry-shape.ts samples: decisions whose whole schema is held against them. */
const SAMPLE = 64;
