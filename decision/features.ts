/** Turns answers into the columns that a model was trained with, and says where an answer is not of the kind that it was trained on. */
import type { Answer } from '../contract/application.ts';
import type { Doubt } from '../contract/decision.ts';
import type { Expression } from '../contract/expression.ts';
import type { Failure } from '../contract/failure.ts';
import type { Feature, FeatureValue, ModelManifest } from '../contract/model-package.ts';
import type { Field, ProductDefinition } from '../contract/product.ts';
import { compileArithmetic } from './arithmetic.ts';
import { fieldsOf } from './fields-of.ts';

type Answers = Readonly<Record<string, Answer>>;

export interface FeatureBuilder {
  /** Values in the manifest's feature order, null = missing. Doubts name fields and trained ranges, never values. */
  build(answers: Answers): { values: FeatureValue[]; doubts: Doubt[] };
}

/** One compiled column. `read` gives the value and tells doubts to `tell`. */
type Column = (answers: Answers, tell: (doubt: Doubt) => void) => FeatureValue;

interface Context {
  feature: Feature;
  fields: ReadonlyMap<string, Field>;
  /** The graph takes this column as text. */
  text: boolean;
}

/** Carries the named difference between model and product out of the compilation of one column. */
class DoesNotFit extends Error {}

/** The field, if a model may read it at all: protected and identifying fields are never scored (12 CFR 1002.5, 1002.6(b)). */
function scoredField(id: string, { feature, fields }: Context): Field {
  const field = fields.get(id);
  if (field === undefined) throw new DoesNotFit(`column ${feature.name} is made from the field ${id}, which the product does not have`);
  if (field.use === 'protected' || field.use === 'identifying')
    throw new DoesNotFit(`column ${feature.name} is made from the field ${id}, which is ${field.use} and must not be scored`);
  return field;
}

function choiceField(id: string, context: Context): Extract<Field, { type: 'choice' }> {
  const field = scoredField(id, context);
  if (field.type !== 'choice')
    throw new DoesNotFit(`column ${context.feature.name} needs a choice, but the field ${id} is of type ${field.type}`);
  return field;
}

const isNumberField = (field: Field) => field.type === 'integer' || field.type === 'decimal';

function missing(subject: string): Doubt {
  return { kind: 'missing-value', subject, cause: `${subject} is missing, and the model was trained without missing values there.` };
}

/** Six digits tell a person enough of a bound. */
const shown = (bound: number): number => Number(bound.toPrecision(6));

/** Wraps a number with the check of its trained range. */
function inRange(read: (answers: Answers, tell: (doubt: Doubt) => void) => number, subject: string, { feature, text }: Context): Column {
  if (text) throw new DoesNotFit(`column ${feature.name} is a number, but the model takes text there`);
  const { trained, mayBeMissing } = feature;
  if (trained !== null && 'values' in trained) throw new DoesNotFit(`column ${feature.name} is a number, but its trained values are texts`);
  const min = trained?.min ?? Number.NEGATIVE_INFINITY;
  const max = trained?.max ?? Number.POSITIVE_INFINITY;
  const isMissing = missing(subject);
  const outside: Doubt = {
    kind: 'outside-trained-range',
    subject,
    cause: `${subject} is outside the range that the model was trained on (${shown(min)} to ${shown(max)}).`,
  };
  return (answers, tell) => {
    const value = read(answers, tell);
    if (Number.isNaN(value)) {
      if (!mayBeMissing) tell(isMissing);
      return null;
    }
    if (value < min || value > max) tell(outside);
    return value;
  };
}

/** Text columns, and the check of a choice's value against those seen in training. */
function seenInTraining(id: string, { feature }: Context): (value: Answer, tell: (doubt: Doubt) => void) => void {
  const { trained, mayBeMissing } = feature;
  const seen = trained !== null && 'values' in trained ? new Set<Answer>(trained.values) : null;
  const isMissing = missing(id);
  const unseen: Doubt = {
    kind: 'unknown-value',
    subject: id,
    cause: `The choice made for ${id} did not occur when the model was trained.`,
  };
  return (value, tell) => {
    if (value === null) {
      if (!mayBeMissing) tell(isMissing);
    } else if (seen !== null && !seen.has(value)) tell(unseen);
  };
}

function plainColumn(id: string, context: Context): Column {
  const field = scoredField(id, context);
  if (isNumberField(field)) return inRange(compileArithmetic({ field: id }), id, context);
  if (field.type !== 'choice')
    throw new DoesNotFit(`column ${context.feature.name} cannot be made from the field ${id} of type ${field.type}`);
  if (!context.text) throw new DoesNotFit(`column ${context.feature.name} is the choice ${id}, but the model takes a number there`);
  const { trained } = context.feature;
  if (trained !== null && 'min' in trained)
    throw new DoesNotFit(`column ${context.feature.name} is text, but its trained range is of numbers`);
  const check = seenInTraining(id, context);
  return (answers, tell) => {
    const value = answers[id] ?? null;
    check(value, tell);
    return value;
  };
}

/** 1 or 0; all columns of a missing choice are 0, which is a doubt where the model never saw it so. */
function oneHotColumn(id: string, value: string, context: Context): Column {
  const field = choiceField(id, context);
  if (context.text) throw new DoesNotFit(`column ${context.feature.name} is 0 or 1, but the model takes text there`);
  if (!field.options.some((option) => option.value === value))
    throw new DoesNotFit(`column ${context.feature.name} stands for '${value}', which is no option of the field ${id}`);
  const check = seenInTraining(id, context);
  return (answers, tell) => {
    const given = answers[id] ?? null;
    check(given, tell);
    return given === value ? 1 : 0;
  };
}

function mappedColumn(id: string, values: Record<string, number>, context: Context): Column {
  choiceField(id, context);
  const numbers = new Map<Answer, number>(Object.entries(values));
  const unknown: Doubt = { kind: 'unknown-value', subject: id, cause: `The model has no number for the choice made for ${id}.` };
  const read = (answers: Answers, tell: (doubt: Doubt) => void) => {
    const given = answers[id] ?? null;
    const number = numbers.get(given);
    if (number === undefined && given !== null) tell(unknown);
    return number ?? Number.NaN;
  };
  return inRange(read, id, context);
}

function checkOperands(of: Expression, context: Context): void {
  if ('choice' in of) choiceField(of.choice, context);
  else if ('field' in of) {
    const field = scoredField(of.field, context);
    if (!isNumberField(field))
      throw new DoesNotFit(`column ${context.feature.name} reckons with the field ${of.field}, which is no number`);
  } else if ('ifMissing' in of) checkOperands(of.value, context);
  else if ('args' in of) for (const part of of.args) checkOperands(part, context);
}

function compileColumn(context: Context): Column {
  const { source, name } = context.feature;
  if ('field' in source) return plainColumn(source.field, context);
  if ('oneHot' in source) return oneHotColumn(source.oneHot, source.value, context);
  if ('map' in source) return mappedColumn(source.map, source.values, context);
  checkOperands(source.expression, context);
  const [only, ...others] = fieldsOf(source.expression);
  return inRange(compileArithmetic(source.expression), only !== undefined && others.length === 0 ? only : name, context);
}

function doesNotFit(manifest: ModelManifest, differences: string[]): Failure {
  return {
    kind: 'model-does-not-fit',
    happened: `The model ${manifest.name} ${manifest.version} does not fit the product: ${differences.join('; ')}.`,
    safe: 'The model was not used, and nothing was decided with it.',
    next: 'Use a model package that was made for this version of the product, or mend the manifest.',
    facts: { model: manifest.name, version: manifest.version, difference: differences.join('; ') },
  };
}

function compileColumns(manifest: ModelManifest, product: ProductDefinition, differences: string[]): Column[] {
  const fields = new Map(product.fields.map((field) => [field.id, field]));
  const texts = new Set(manifest.inputs.filter((input) => input.type === 'string').flatMap((input) => input.features));
  const columns: Column[] = [];
  for (const feature of manifest.features) {
    try {
      columns.push(compileColumn({ feature, fields, text: texts.has(feature.name) }));
    } catch (error) {
      if (!(error instanceof DoesNotFit)) throw error;
      differences.push(error.message);
    }
  }
  return columns;
}

/**
 * Compiles a manifest's feature mapping against a product, once for many applications.
 * @returns a builder, or the failure `model-does-not-fit` with every difference named: an unknown field, a wrong type, a protected
 * or identifying field, another product
 */
export function prepareFeatures(manifest: ModelManifest, product: ProductDefinition): FeatureBuilder | { failure: Failure } {
  const differences: string[] = [];
  if (manifest.product !== product.product) differences.push(`it was made for ${manifest.product}, not for ${product.product}`);
  const columns = compileColumns(manifest, product, differences);
  if (differences.length > 0) return { failure: doesNotFit(manifest, differences) };
  return {
    build(answers) {
      const doubts: Doubt[] = [];
      // Several columns of one field have one thing to say about it.
      const tell = (doubt: Doubt) => {
        if (!doubts.some((told) => told.kind === doubt.kind && told.subject === doubt.subject)) doubts.push(doubt);
      };
      const values: FeatureValue[] = [];
      for (const column of columns) values.push(column(answers, tell));
      return { values, doubts };
    },
  };
}
