/** Which output holds the probability, in which form, and which class is bad: read from the graph, or asked. Never assumed. */
import type { ModelOutput } from '../../contract/model-package.ts';
import { classNames, type GraphValue, graphOutputs, producers } from '../graph/describe-graph.ts';
import { isZipMap } from '../onnx/drop-zipmap.ts';
import type { GraphProto } from '../onnx/read-model.ts';
import type { OpenQuestion } from './draft.ts';

/** What a trial run answered with. */
export interface Trial {
  /** Columns of the answer. */
  width: number;
  inRange: boolean;
  sumsToOne: boolean;
}

export interface OutputOptions {
  outputName: string | null;
  /** A class's name, or a column's number where the graph names none. */
  badClass: string | null;
  /** Of a single number: whether it speaks of bad or of good. */
  of: 'bad' | 'good' | null;
}

/** The output to read, or the question which. */
export function chooseOutput(
  graph: GraphProto,
  wanted: string | null,
): { name: string; isOneOfSeveral: boolean } | { question: OpenQuestion } {
  const candidates = graphOutputs(graph).filter((value) => isProbability(graph, value));
  const names = candidates.map((value) => value.name);
  const ask = (question: string) => ({ question: { option: 'outputName' as const, question, choices: names } });
  if (wanted !== null && !names.includes(wanted))
    return ask(`The graph has no output ${wanted} with numbers. Which output holds the probability?`);
  const name = wanted ?? (names.length === 1 ? names[0] : undefined);
  return name === undefined ? ask('Which output holds the probability of bad?') : { name, isOneOfSeveral: names.length > 1 };
}

function isProbability(graph: GraphProto, { name, type }: GraphValue): boolean {
  const maker = producers(graph).get(name);
  return type === 'float' || type === 'double' || (maker !== undefined && isZipMap(maker));
}

/** The output as the manifest says it; `badIndex` and `badClass` are null while the question which class is bad is open. */
export function draftOutput(
  graph: GraphProto,
  name: string,
  isOneOfSeveral: boolean,
  trial: Trial,
  { badClass, of }: OutputOptions,
): { output: Omit<ModelOutput, 'badIndex' | 'of'> & { badIndex: number | null; of: ModelOutput['of'] | null }; questions: OpenQuestion[] } {
  const maker = producers(graph).get(name);
  const scale: ModelOutput['scale'] = trial.inRange ? 'probability' : 'log-odds';
  if (trial.width === 1) {
    const form = isOneOfSeveral ? ('per-class' as const) : ('single' as const);
    const question: OpenQuestion = {
      option: 'of',
      question: `Output ${name} is a single number per applicant. Does it speak of bad or of good?`,
      choices: ['bad', 'good'],
    };
    return {
      output: { name, form, badIndex: 0, badClass: form === 'per-class' ? name : null, scale, of, sumsToOne: false },
      questions: of === null ? [question] : [],
    };
  }
  const names = classNames(graph, name);
  const labels = names?.map(String) ?? Array.from({ length: trial.width }, (_, column) => String(column));
  const badIndex = badClass === null ? -1 : labels.indexOf(badClass);
  const form = maker !== undefined && isZipMap(maker) ? ('zipmap' as const) : ('classes' as const);
  const found = badIndex === -1 ? null : badIndex;
  const question: OpenQuestion = {
    option: 'badClass',
    question: `${names === null ? `Output ${name} has ${trial.width} columns without names. Which column` : 'Which class'} means that the loan went bad?`,
    choices: labels,
  };
  const output = {
    name,
    form,
    badIndex: found,
    badClass: found === null ? null : (names?.[found] ?? null),
    scale,
    of: 'bad' as const,
    sumsToOne: trial.inRange && trial.sumsToOne,
  };
  return { output, questions: found === null ? [question] : [] };
}
