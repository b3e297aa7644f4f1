/**
 * A group's answers as they go from thread to thread. What is posted as a list of objects is written and read name by name and text by text,
 * which costs both threads more than scoring does; here the long texts are one piece of memory that changes hands, and the rows one flat list.
 */
import type { StoredDecisionRow } from '../db/decisions.ts';
import type { DecidedApplication } from './decide-applications.ts';

type DecidedRow = Exclude<DecidedApplication, { complaints: Record<string, string> }>;

export interface PackedAnswers {
  /** Texts of all decisions, one behind the other. */
  texts: Uint8Array<ArrayBuffer>;
  /** Where each part of each text ends, counted from the text's start; the last of each is how long it is. */
  ends: Uint32Array<ArrayBuffer>;
  /** `ROW` of each decision. */
  cells: (string | number | null)[];
  others: Omit<DecidedRow, 'parts' | 'row' | 'identityKey'>[];
  /** By the decision's place among the decisions; only of those that named somebody. */
  identityKeys: [number, Uint8Array][];
  /** By the answer's place among all. */
  complaints: [number, Record<string, string>][];
}

/** A row's members but for those that the log fills in, in the order in which `rowAt` reads them. */
const ROW = [
  'product',
  'applicant',
  'outcome',
  'pd',
  'score',
  'amount',
  'actor',
  'modelVersion',
  'policyVersion',
  'reasons',
  'shadow',
] as const satisfies readonly (keyof StoredDecisionRow)[];

export function packAnswers(answers: readonly DecidedApplication[]): PackedAnswers {
  const decisions = answers.filter((answer): answer is DecidedRow => !('complaints' in answer));
  const packed: PackedAnswers = {
    texts: new Uint8Array(decisions.reduce((sum, { parts }) => sum + parts.text.length, 0)),
    ends: new Uint32Array(decisions.reduce((sum, { parts }) => sum + parts.ends.length, 0)),
    cells: [],
    others: [],
    identityKeys: [],
    complaints: [],
  };
  let text = 0;
  let end = 0;
  decisions.forEach(({ parts, row, identityKey, ...others }, i) => {
    packed.texts.set(parts.text, text);
    packed.ends.set(parts.ends, end);
    text += parts.text.length;
    end += parts.ends.length;
    for (const name of ROW) packed.cells.push(row[name]);
    packed.others.push(others);
    // A view's whole memory would be posted, and with it the keys of others.
    if (identityKey !== null) packed.identityKeys.push([i, Uint8Array.from(identityKey)]);
  });
  answers.forEach((answer, i) => {
    if ('complaints' in answer) packed.complaints.push([i, answer.complaints]);
  });
  return packed;
}

/** The memory that may be handed over instead of being copied. */
export function memoryOf({ texts, ends }: PackedAnswers): ArrayBuffer[] {
  return [texts.buffer, ends.buffer];
}

/** @returns answers whose texts are views of the packed memory */
export function unpackAnswers({ texts, ends, cells, others, identityKeys, complaints }: PackedAnswers): DecidedApplication[] {
  const parts = others.length === 0 ? 0 : ends.length / others.length;
  const keys = new Map(identityKeys);
  let text = 0;
  const answers = others.map((other, i): DecidedApplication => {
    const own = ends.subarray(i * parts, (i + 1) * parts);
    const start = text;
    text += own.at(-1)!;
    const key = keys.get(i);
    return {
      ...other,
      parts: { text: texts.subarray(start, text), ends: own },
      row: rowAt(cells, i * ROW.length),
      identityKey: key === undefined ? null : Buffer.from(key.buffer, key.byteOffset, key.length),
    };
  });
  // In their order, each finds those before it in their places.
  for (const [place, complaint] of complaints) answers.splice(place, 0, { complaints: complaint });
  return answers;
}

function rowAt(cells: PackedAnswers['cells'], at: number): StoredDecisionRow {
  return {
    seq: -1,
    wall: '',
    product: cells[at] as string,
    applicant: cells[at + 1] as string | null,
    outcome: cells[at + 2] as StoredDecisionRow['outcome'],
    pd: cells[at + 3] as number | null,
    score: cells[at + 4] as number | null,
    amount: cells[at + 5] as number | null,
    actor: cells[at + 6] as string,
    modelVersion: cells[at + 7] as string | null,
    policyVersion: cells[at + 8] as string | null,
    reasons: cells[at + 9] as string,
    shadow: cells[at + 10] as string,
  };
}
