/** From what was typed to what it means, in one language and locale. The form's only source of complaints of its own. */
import type { I18n, MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Answer } from '../../contract/application.ts';
import { type Localised, textIn } from '../../contract/localised.ts';
import type { Field, ProductDefinition } from '../../contract/product.ts';
import { formatsOf } from '../language/formats.ts';
import { datePattern } from '../language/parse-date.ts';
import { numberExample, parseNumber } from '../language/parse-number.ts';

/** Everything typed, by field id, letter for letter; '' = nothing. `undefined` would make the form library fall back to a default. */
export type Typed = Record<string, string>;
export type Understood = Record<string, Answer>;

export interface Reading {
  i18n: I18n;
  locale: string;
}

/** What a field means, or what is wrong with it. */
type Read = { answer: Answer } | { complaint: MessageDescriptor };

const takes = (answer: Answer): Read => ({ answer });
const complains = (complaint: MessageDescriptor): Read => ({ complaint });

export type ReadForm =
  | { understood: Understood }
  /** What is wrong, by field id, in the language shown. */
  | { complaints: Record<string, string> };

/** Reads a whole form: one answer per field, null where nothing was given; or every complaint. */
export function readForm({ fields }: ProductDefinition, typed: Typed, reading: Reading): ReadForm {
  const understood: Understood = {};
  const complaints: Record<string, string> = {};
  for (const field of fields) {
    const result = readField(field, (typed[field.id] ?? '').trim(), reading);
    if ('answer' in result) understood[field.id] = result.answer;
    else complaints[field.id] = reading.i18n._(result.complaint);
  }
  return Object.keys(complaints).length > 0 ? { complaints } : { understood };
}

function readField(field: Field, text: string, reading: Reading): Read {
  if (text === '') return field.whenMissing === 'refuse' ? complains(msg`This is needed for a decision.`) : takes(null);
  switch (field.type) {
    case 'integer':
    case 'decimal':
      return readNumber(field, text, reading);
    case 'choice':
      return field.options.some((option) => option.value === text) ? takes(text) : complains(msg`Choose one of the options.`);
    case 'date':
      return readDay(text, reading);
    case 'text':
      return readText(field, text);
  }
}

function readNumber(field: Extract<Field, { min: number }>, text: string, { locale }: Reading): Read {
  const parsed = parseNumber(text, locale);
  const example = numberExample(locale, field.type === 'decimal');
  const plain = numberExample(locale, false).replace(/\D/g, '');
  if ('problem' in parsed) {
    return parsed.problem === 'ambiguous'
      ? complains(msg`This can be read in two ways. Write thousands as in ${example}, or without a separator.`)
      : complains(msg`Write a number like ${plain} or ${example}.`);
  }
  if (field.type === 'integer' && !Number.isInteger(parsed.value)) return complains(msg`Write a whole number, without decimals.`);
  const { number } = formatsOf(locale);
  const [low, high] = [number(field.min), number(field.max)];
  if (parsed.value < field.min || parsed.value > field.max)
    return complains(msg`This must be between ${low} and ${high}. Check for a slip of the key.`);
  return takes(parsed.value);
}

/** A day that was understood is kept as ISO in the form already (see `DateInput`); anything else is still as it was typed. */
function readDay(text: string, { i18n, locale }: Reading): Read {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    const pattern = dateHint(i18n, locale);
    return complains(msg`Write the day as ${pattern}.`);
  }
  if (Date.parse(`${text}T00:00:00Z`) > Date.now()) return complains(msg`This day is in the future.`);
  if (text < '1900-01-01') return complains(msg`This day is too long ago. Check the year.`);
  return takes(text);
}

function readText(field: Extract<Field, { type: 'text' }>, text: string): Read {
  const { maxLength } = field;
  if (text.length > maxLength) return complains(msg`At most ${maxLength} characters.`);
  if (field.format === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text))
    return complains(msg`Write an e-mail address like name@example.org.`);
  if (field.format === 'phone' && !/^[+()\d\s./-]{4,}$/.test(text))
    return complains(msg`Write a telephone number with digits, spaces and + only.`);
  return takes(text);
}

/** How a day is typed in this locale, with the letters of the language shown. */
export function dateHint(i18n: I18n, locale: string): string {
  return datePattern(locale, { day: i18n._(msg`DD`), month: i18n._(msg`MM`), year: i18n._(msg`YYYY`) });
}

/** Splits a form's answers as an application stores them: what says who somebody is apart from everything else. */
export function toApplication(
  definition: ProductDefinition,
  understood: Understood,
): { answers: Understood; identity: Record<string, string> } {
  const answers: Understood = {};
  const identity: Record<string, string> = {};
  for (const { id, use } of definition.fields) {
    const value = understood[id] ?? null;
    if (use !== 'identifying') answers[id] = value;
    else if (value !== null) identity[id] = String(value);
  }
  return { answers, identity };
}

/** Nothing typed yet: '' for every field of the product. */
export function nothingTyped(definition: ProductDefinition): Typed {
  return Object.fromEntries(definition.fields.map((field) => [field.id, '']));
}

/** An answer as this locale types it; the inverse of reading it. Used to show a stored application again. */
export function answerText(field: Field, value: Answer, language: string, locale: string): string | null {
  if (value === null) return null;
  if (field.type === 'choice') return labelOf(field, String(value), language);
  if (field.type === 'date') return formatsOf(locale).day(String(value));
  return typeof value === 'number' ? withUnit(formatsOf(locale).number(value), field, language) : value;
}

function labelOf(field: Extract<Field, { type: 'choice' }>, value: string, language: string): string {
  const label: Localised | undefined = field.options.find((option) => option.value === value)?.label;
  return label ? textIn(label, language) : value;
}

function withUnit(text: string, field: Field, language: string): string {
  return 'unit' in field && field.unit ? `${text} ${textIn(field.unit, language)}` : text;
}
