/** Whether a canonical value has the form of an entry. Apart from the rest of verifying, since building the schemas takes longer than a start may. */
import { decisionEntry, logEntry } from '../../contract/log-entry.ts';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const isObjectOrNull = (value: unknown): boolean => value === null || isObject(value);
const isNumberOrNull = (value: unknown): boolean => value === null || typeof value === 'number';
const isText = (value: unknown): boolean => typeof value === 'string';
const hasTexts = (value: unknown, names: readonly string[]): boolean =>
  isObject(value) && names.every((name) => isText((value as Record<string, unknown>)[name]));
const isArtefact = (value: unknown): boolean => hasTexts(value, ['name', 'version', 'sha256']);
const isSealed = (value: unknown): boolean => hasTexts(value, ['kid', 'nonce', 'ct', 'tag', 'kc']);

/** Kinds of a decision's members: a log is made of little else, and its whole schema costs more than all the rest of a verification. */
const DECISION: Record<keyof typeof decisionEntry.shape, (value: unknown) => boolean> = {
  v: (value) => value === 1,
  seq: Number.isSafeInteger,
  type: (value) => value === 'decision',
  wall: isText,
  boot: isText,
  mono: (value) => typeof value === 'number',
  anchor: (value) => value === null || isText(value),
  actor: isText,
  role: isText,
  code: isObject,
  application: isText,
  product: isArtefact,
  model: (value) => value === null || isArtefact(value),
  policy: (value) => value === null || isArtefact(value),
  inputs: isObject,
  protected: isObject,
  pii: (value) => value === null || isSealed(value),
  shadow: isObject,
  features: Array.isArray,
  pd: isNumberOrNull,
  score: isNumberOrNull,
  decision: (value) => value === 'approve' || value === 'refer' || value === 'decline',
  reasons: (value) => Array.isArray(value) && value.every(isText),
  explanation: isObjectOrNull,
  affordability: (value) => isObject(value) && isNumberOrNull((value as Record<string, unknown>).amount),
  pricing: isObjectOrNull,
  policy_trace: isObject,
  doubts: Array.isArray,
};
const MEMBERS = Object.entries(DECISION);

/** Of each so many decisions one is held against its whole schema. */
const SAMPLE = 64;

/** true: it is not what contract/log-entry.ts says. Decisions by the kinds of their members, every 64th and all other entries by their whole schema. */
export function findMisshapen(value: unknown): boolean {
  const entry = value as Record<string, unknown>;
  if (entry.type !== 'decision') return !logEntry.safeParse(value).success;
  if (typeof entry.seq === 'number' && entry.seq % SAMPLE === 0) return !decisionEntry.safeParse(value).success;
  return Object.keys(entry).length !== MEMBERS.length || !MEMBERS.every(([name, isRight]) => isRight(entry[name]));
}
