/** From what was typed to what it means: one zod schema per product, language and locale. The form's only source of complaints of its own. */
import type { I18n, MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { z } from 'zod';
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

type Complain = (message: MessageDescriptor) => typeof z.NEVER;

/** The schema that reads a whole form. Its output has one answer per field; null where nothing was given. */
export function formSchema(definition: ProductDefinition, reading: Reading): z.ZodType<Understood, Typed> {
  return z.object(Object.fromEntries(definition.fields.map((field) => [field.id, fieldSchema(field, reading)])));
}

function fieldSchema(field: Field, reading: Reading) {
  return z.string().transform((typed, context): Answer => {
    const complain: Complain = (message) => {
      context.addIssue({ code: 'custom', message: reading.i18n._(message) });
      return z.NEVER;
    };
    const text = typed.trim();
    if (text === '') return field.whenMissing === 'refuse' ? complain(msg`This is needed for a decision.`) : null;
    return read(field, text, reading, complain);
  });
}

function read(field: Field, text: string, reading: Reading, complain: Complain): Answer {
  switch (field.type) {
    case 'integer':
    case 'decimal':
      return readNumber(field, text, reading, complain);
    case 'choice':
      return field.options.some((option) => option.value === text) ? text : complain(msg`Choose one of the options.`);
    case 'date':
      return readDay(text, reading, complain);
    case 'text':
      return readText(field, text, complain);
  }
}

function readNumber(field: Extract<Field, { min: number }>, text: string, { locale }: Reading, complain: Complain): Answer {
  const parsed = parseNumber(text, locale);
  const example = numberExample(locale, field.type === 'decimal');
  const plain = numberExample(locale, false).replace(/\D/g, '');
  if ('problem' in parsed) {
    return parsed.problem === 'ambiguous'
      ? complain(msg`This can be read in two ways. Write thousands as in ${example}, or without a separator.`)
      : complain(msg`Write a number like ${plain} or ${example}.`);
  }
  if (field.type === 'integer' && !Number.isInteger(parsed.value)) return complain(msg`Write a whole number, without decimals.`);
  const { number } = formatsOf(locale);
  const [low, high] = [number(field.min), number(field.max)];
  if (parsed.value < field.min || parsed.value > field.max)
    return complain(msg`This must be between ${low} and ${high}. Check for a slip of the key.`);
  return parsed.value;
}

/** A day that was understood is kept as ISO in the form already (see `DateInput`); anything else is still as it was typed. */
function readDay(text: string, { i18n, locale }: Reading, complain: Complain): Answer {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    const pattern = dateHint(i18n, locale);
    return complain(msg`Write the day as ${pattern}.`);
  }
  if (Date.parse(`${text}T00:00:00Z`) > Date.now()) return complain(msg`This day is in the future.`);
  if (text < '1900-01-01') return complain(msg`This day is too long ago. Check the year.`);
  return text;
}

function readText(field: Extract<Field, { type: 'text' }>, text: string, complain: Complain): Answer {
  const { maxLength } = field;
  if (text.length > maxLength) return complain(msg`At most ${maxLength} characters.`);
  if (field.format === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text))
    return complain(msg`Write an e-mail address like name@example.org.`);
  if (field.format === 'phone' && !/^[+()\d\s./-]{4,}$/.test(text))
    return complain(msg`Write a telephone number with digits, spaces and + only.`);
  return text;
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
