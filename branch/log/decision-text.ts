/** What the list shows of a decision, read from where its members stand in the canonical text. */
import { compactShadow } from '../../db/compact-shadow.ts';
import { BETWEEN, NULL } from '../../db/rows-as-text.ts';
import type { Members } from '../../ledger/canonical-scan.ts';

export interface DecisionInText {
  seq: string;
  /** As `listDecisionTexts` joins the columns. */
  row: string;
  /** Numbers in canonical form, or `null`. */
  pd: string;
  score: string;
  amount: string;
  /** Its applicant is named, under seal. */
  isSealed: boolean;
}

/** Members of a decision in canonical order, with what their text may begin with: n null, 0 a number. (v and type are compared as a whole.) */
const KINDS: readonly (readonly [name: string, begins: RegExp])[] = (
  [
    ['actor', '"'],
    ['affordability', '{'],
    ['anchor', '"n'],
    ['application', '"'],
    ['boot', '"'],
    ['code', '{'],
    ['decision', '"'],
    ['doubts', '['],
    ['explanation', '{n'],
    ['features', '['],
    ['inputs', '{'],
    ['model', '{n'],
    ['mono', '0'],
    ['pd', '0n'],
    ['pii', '{n'],
    ['policy', '{n'],
    ['policy_trace', '{'],
    ['pricing', '{n'],
    ['product', '{'],
    ['protected', '{'],
    ['reasons', '['],
    ['role', '"'],
    ['score', '0n'],
    ['seq', '0'],
    ['shadow', '{'],
    ['type', '"'],
    ['v', '0'],
    ['wall', '"'],
  ] as const
).map(([name, begins]) => [name, new RegExp(`^[${begins.replace('0', '\\d-').replace('[', '\\[')}]`)]);
const AT = Object.fromEntries(KINDS.map(([name], i) => [name, i])) as Record<string, number>;
const NAMES = KINDS.map(([name]) => name);
const OUTCOME = /^"(?:approve|refer|decline)"$/;
const AMOUNT = /^\{"amount":(null|-?[0-9.e+-]+)[,}]/;

type Artefact = { name: string; version: string } | null;

/** Artefacts of a log are few and every decision names them. Text of one → its name and version; null: it is not one. */
const artefacts = new Map<string, Artefact>();
const MAX_ARTEFACTS = 256;

/** What the last decision named: the next one mostly names the same, and comparing is cheaper than searching. */
const last: Record<'product' | 'model' | 'policy', { text: string; artefact: Artefact }> = {
  product: { text: '', artefact: null },
  model: { text: '', artefact: null },
  policy: { text: '', artefact: null },
};

/** null where the text is not a decision's, or not plainly one. */
export function readDecisionText(text: string, { names, starts, ends }: Members): DecisionInText | null {
  if (names.length !== NAMES.length) return null;
  const value = (name: string): string => text.slice(starts[AT[name]!], ends[AT[name]!]);
  for (let i = 0; i < NAMES.length; i++) if (names[i] !== NAMES[i] || !isOfKind(text.charCodeAt(starts[i]!), i)) return null;
  if (value('v') !== '1' || value('type') !== '"decision"' || !OUTCOME.test(value('decision'))) return null;
  const product = artefactOf('product', value('product'));
  const model = value('model') === 'null' ? NONE : artefactOf('model', value('model'));
  const policy = value('policy') === 'null' ? NONE : artefactOf('policy', value('policy'));
  const reasons = reasonsOf(value('reasons'));
  const amount = AMOUNT.exec(value('affordability'))?.[1];
  if (product === null || model === null || policy === null || reasons === null || amount === undefined) return null;
  const bare = (name: string): string => text.slice(starts[AT[name]!]! + 1, ends[AT[name]!]! - 1);
  const row = [
    value('seq'),
    bare('application'),
    bare('wall'),
    product.name,
    bare('decision'),
    bare('actor'),
    model.version,
    policy.version,
    reasons,
    compactShadow(value('shadow')),
  ];
  return { seq: row[0]!, row: row.join(BETWEEN), pd: value('pd'), score: value('score'), amount, isSealed: value('pii') !== 'null' };
}

const NONE = { name: NULL, version: NULL };

/** Whether each character may begin the value of each member. */
const BEGINS = KINDS.map(([, begins]) => Array.from({ length: 128 }, (_, code) => begins.test(String.fromCharCode(code))));
const isOfKind = (code: number, member: number): boolean => BEGINS[member]![code] === true;

function artefactOf(member: keyof typeof last, text: string): Artefact {
  if (last[member].text !== text) last[member] = { text, artefact: findArtefact(text) };
  return last[member].artefact;
}

function findArtefact(text: string): Artefact {
  const known = artefacts.get(text);
  if (known !== undefined) return known;
  const value = JSON.parse(text) as Record<string, unknown>;
  const { name, version, sha256 } = value;
  const isOne = typeof name === 'string' && typeof version === 'string' && typeof sha256 === 'string' && Object.keys(value).length === 3;
  const artefact = isOne ? { name, version } : null;
  if (artefacts.size >= MAX_ARTEFACTS) artefacts.clear();
  artefacts.set(text, artefact);
  return artefact;
}

/** The reasons with spaces between; null where they are not all texts. */
function reasonsOf(text: string): string | null {
  if (text === '[]') return '';
  if (!text.startsWith('["') || !text.endsWith('"]')) return null;
  const reasons = text.slice(2, -2).replaceAll('","', ' ');
  return reasons.includes('"') ? null : reasons;
}
