/**
 * The quick way through entries that are all as they should be, which nearly always they are: no buffer and no parsed value for each. It either
 * finds that every check of the long way (check-entry.ts, check-tables.ts) would hold, or it cannot tell, and changes nothing: then the long way
 * is gone, which names what is wrong.
 */
import type { LogEntry } from '../../contract/log-entry.ts';
import { eventRowOf } from '../../db/events.ts';
import { BETWEEN, type DecisionText, listDecisionTexts, listEntryTexts, listEventTexts, NULL } from '../../db/rows-as-text.ts';
import { type Members, scanObject } from '../../ledger/canonical-scan.ts';
import { HexTree, leafHashHex } from '../../ledger/hex-tree.ts';
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
const FOR_THE_LONG_WAY = /^(?:genesis|witnesses-trusted|.*-activated)$/;

/** Entries `from` to before `from + count`; null where the quick way cannot tell that all is well. */
export function walkQuickly(walk: Walk, from: number, count: number): QuickChunk | null {
  if (walk.wrong.size > 0) return null;
  const { reader, frontier } = walk;
  const rows = listEntryTexts(reader, from, count);
  if (rows.length !== count) return null;
  const tree = new HexTree(frontier.size, frontier.peaks);
  const checks = new RowChecks(walk, listDecisionTexts(reader, from, from + count), listEventTexts(reader, from, from + count));
  for (let i = 0; i < count; i++) {
    const row = rows[i]!;
    const end = row.indexOf('\n');
    const text = row.slice(end + 1);
    const leaf = leafHashHex(text);
    tree.add(leaf);
    // The root stands behind the leaf hash where the entry is the last of its commit.
    const root = row.charCodeAt(leaf.length) === 0x20 ? '' : tree.root();
    const type = checks.check(from + i, text);
    if (type === null || row.slice(0, end) !== `${leaf}${root} ${from + i} ${type}`) return null;
  }
  const { anchored, others, named, decisions } = checks;
  if (!checks.isDone()) return null;
  const peaks = tree.peaks.map((peak) => Buffer.from(peak, 'hex'));
  return { frontier: { size: tree.size, peaks }, nodes: tree.nodes, anchored, others, named, decisions };
}

/** Entry after entry against the rows that are kept of them. */
class RowChecks {
  readonly others: LogEntry[] = [];
  readonly named: QuickChunk['named'] = [];
  decisions = 0;
  anchored: number;
  readonly #walk: Walk;
  readonly #decisionTexts: readonly DecisionText[];
  readonly #eventTexts: readonly string[];
  /** Text of the last anchor that was found to be right: in the next entry it mostly is the same. */
  #anchor = '';

  constructor(walk: Walk, decisionTexts: readonly DecisionText[], eventTexts: readonly string[]) {
    this.#walk = walk;
    this.anchored = walk.anchored;
    this.#decisionTexts = decisionTexts;
    this.#eventTexts = eventTexts;
  }

  /** The entry's type by its own text; null where not all is well with it. */
  check(seq: number, text: string): string | null {
    const members = scanObject(text);
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
      const entry = JSON.parse(text) as QuickChunk['named'][number];
      if (this.#walk.misshapen(entry)) return null;
      if (isNamed === 1 || decision.isSealed) this.named.push(entry);
    }
    return 'decision';
  }

  /** Whether every row was accounted for. */
  isDone(): boolean {
    return this.decisions === this.#decisionTexts.length && this.others.length === this.#eventTexts.length;
  }

  #checkOther(seq: number, text: string): string | null {
    const entry = JSON.parse(text) as Exclude<LogEntry, { type: 'decision' }>;
    if (entry.seq !== seq || typeof entry.type !== 'string' || FOR_THE_LONG_WAY.test(entry.type) || this.#walk.misshapen(entry))
      return null;
    const { type, wall, actor, about, applicationId, outcome, override, detail } = eventRowOf(entry);
    const row = [String(seq), type, wall, actor, about === null ? null : String(about), applicationId, outcome, override, detail];
    if (row.map((value) => value ?? NULL).join(BETWEEN) !== this.#eventTexts[this.others.length]) return null;
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
