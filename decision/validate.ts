/** Reads an application against its product's form: what is of the wrong kind, out of range or unknown is refused by name, never guessed. */
import type { Answer, Application } from '../contract/application.ts';
import type { Field, ProductDefinition } from '../contract/product.ts';

export interface ReadApplication {
  /** Every scored and policy field by id; null = not given. */
  answers: Record<string, Answer>;
  /** Every protected field by id; null = not given. */
  protected: Record<string, Answer>;
  /** The identifying fields that were given. */
  identity: Record<string, string>;
  /** By field id: what is wrong, naming field and range but never the value. Empty = the application can be decided. */
  complaints: Record<string, string>;
}

/** What is wrong with a given value, or null. */
type Check = (value: number | string) => string | null;

interface Reader {
  /** Every field as not given, in canonical order: the log need not sort them again, and all applications' answers have one shape. */
  empty: Record<'answers' | 'protected', Readonly<Record<string, null>>>;
  fields: readonly { id: string; use: Field['use']; required: string | null; check: Check }[];
  uses: ReadonlyMap<string, Field['use']>;
}

/** Rough on purpose: an address is proved by writing to it, not by a pattern. */
const formats: Record<'plain' | 'email' | 'phone', { holds: (text: string) => boolean; wanted: string }> = {
  plain: { holds: (text) => !/\p{Cc}/u.test(text), wanted: 'must not contain control characters' },
  email: { holds: (text) => /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text), wanted: 'must be an e-mail address such as name@example.com' },
  phone: {
    holds: (text) => /^\+?[0-9 ()./-]+$/.test(text) && text.replace(/\D/g, '').length >= 3,
    wanted: 'must be a telephone number: digits, spaces, + ( ) . / -',
  },
};

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** @returns whether the text is a day of the Gregorian calendar as YYYY-MM-DD */
export function isRealDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && leap ? 29 : (monthDays[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

function checkNumber(field: Extract<Field, { type: 'integer' | 'decimal' }>, name: string): Check {
  const kind = `${name} must be a ${field.type === 'integer' ? 'whole number' : 'number'} from ${field.min} to ${field.max}.`;
  return (value) => {
    // Identifying numbers come as text; answers as numbers. A scored number that comes as text is a type error of the caller.
    const number = field.use === 'identifying' && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) return kind;
    if (field.type === 'integer' && !Number.isInteger(number)) return kind;
    return number < field.min || number > field.max ? kind : null;
  };
}

function checkFor(field: Field): Check {
  const name = `${field.label.en} (${field.id})`;
  if (field.type === 'choice') {
    const options = new Set<unknown>(field.options.map((option) => option.value));
    const listed = field.options.map((option) => option.value);
    const shown = listed.length > 12 ? `${listed.slice(0, 12).join(', ')}, and ${listed.length - 12} more` : listed.join(', ');
    const complaint = `${name} must be one of: ${shown}.`;
    return (value) => (options.has(value) ? null : complaint);
  }
  if (field.type === 'date') {
    const complaint = `${name} must be a date that exists, as YYYY-MM-DD.`;
    return (value) => (typeof value === 'string' && isRealDate(value) ? null : complaint);
  }
  if (field.type !== 'text') return checkNumber(field, name);
  const format = formats[field.format];
  return (value) => {
    if (typeof value !== 'string') return `${name} must be text.`;
    if (value.length > field.maxLength) return `${name} must have at most ${field.maxLength} characters.`;
    return format.holds(value) && formats.plain.holds(value) ? null : `${name} ${format.wanted}.`;
  };
}

function compileReader(product: ProductDefinition): Reader {
  const idsOf = (isOfUse: (use: Field['use']) => boolean) => product.fields.flatMap(({ id, use }) => (isOfUse(use) ? [id] : [])).sort();
  const emptyOf = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, null]));
  return {
    empty: {
      answers: emptyOf(idsOf((use) => use !== 'protected' && use !== 'identifying')),
      protected: emptyOf(idsOf((use) => use === 'protected')),
    },
    fields: product.fields.map((field) => ({
      id: field.id,
      use: field.use,
      required: field.whenMissing === 'refuse' ? `${field.label.en} (${field.id}) is required.` : null,
      check: checkFor(field),
    })),
    uses: new Map(product.fields.map((field) => [field.id, field.use])),
  };
}

/** Compiled once per product definition: a batch reads 50,000 applications with the same one. */
const readers = new WeakMap<ProductDefinition, Reader>();

function readerOf(product: ProductDefinition): Reader {
  const made = readers.get(product) ?? compileReader(product);
  readers.set(product, made);
  return made;
}

/** Complaints about names that have no place where they were given. */
function complainOfStrangers(reader: Reader, application: Application, complain: (id: string, text: string) => void): void {
  for (const id in application.answers) {
    const use = reader.uses.get(id);
    if (use === undefined) complain(id, `${id} is not a field of this product.`);
    else if (use === 'identifying') complain(id, `${id} says who the applicant is and must not be among the answers.`);
  }
  for (const id in application.identity) {
    const use = reader.uses.get(id);
    if (use === undefined) complain(id, `${id} is not a field of this product.`);
    else if (use !== 'identifying') complain(id, `${id} does not say who the applicant is and must not be among the identifying fields.`);
  }
}

/**
 * @returns the answers sorted by what they may be used for, and the complaints. Numbers are numbers already (typed text is parsed by
 * whoever shows it or reads the file); an empty text is taken as not given.
 */
export function readAnswers(product: ProductDefinition, application: Application): ReadApplication {
  const reader = readerOf(product);
  const read: ReadApplication = {
    answers: { ...reader.empty.answers },
    protected: { ...reader.empty.protected },
    identity: {},
    complaints: {},
  };
  const complaints: [string, string][] = [];
  const complain = (id: string, text: string) => complaints.push([id, text]);
  if (application.product !== product.product) complain('product', `The application is for another product than ${product.product}.`);
  for (const { id, use, required, check } of reader.fields) {
    const given: Readonly<Record<string, Answer>> = use === 'identifying' ? application.identity : application.answers;
    // A field may be called `constructor`: only what the application itself holds was given.
    const raw = Object.hasOwn(given, id) ? given[id] : null;
    const value = raw === undefined || raw === '' ? null : raw;
    const wrong = value === null ? required : check(value);
    if (wrong !== null) complain(id, wrong);
    else if (use !== 'identifying') read[use === 'protected' ? 'protected' : 'answers'][id] = typeof value === 'number' ? value + 0 : value;
    else if (value !== null) read.identity[id] = String(value);
  }
  complainOfStrangers(reader, application, complain);
  // fromEntries makes own properties even of names such as `__proto__`, which an assignment would swallow.
  if (complaints.length > 0) read.complaints = Object.fromEntries(complaints);
  return read;
}
