/**
 * A product's form definition: what is asked of an applicant, in which units and ranges, and what each field may be used for.
 * A second product is a second file of this shape; no room names a field of a particular product.
 */
import { z } from 'zod';
import { expression } from './expression.ts';
import { localised } from './localised.ts';

/** Kebab-case names of products, models and policies: safe in file names, URLs and log entries. */
export const slug = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(64);
/** Semantic Versioning 2.0.0, without build metadata. */
export const semanticVersion = z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/);
/** Lower-case hexadecimal SHA-256. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A field's identifier inside a product: snake_case. */
export const fieldId = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/)
  .max(64);

/**
 * What a field may be used for.
 * `scored`: features, policy and explanation. `policy`: policy tables only.
 * `protected`: a protected trait (12 CFR 1002.5, 1002.2(p)); stored apart, monitored, never scored nor read by policy.
 * `identifying`: says who the applicant is; encrypted under a key of its own and kept apart from what is scored.
 */
export const fieldUse = z.enum(['scored', 'policy', 'protected', 'identifying']);

/**
 * What happens when the value is missing: `refuse` = the application is not complete and is not decided;
 * `refer` = decided, but a person must look; `allow` = no consequence of its own.
 */
export const whenMissing = z.enum(['refuse', 'refer', 'allow']);

const fieldBase = {
  id: fieldId,
  /** Column name in batch files and in the training data. */
  column: z.string().min(1),
  section: fieldId,
  use: fieldUse,
  label: localised,
  help: localised.optional(),
  whenMissing,
};

export const numberField = z.strictObject({
  ...fieldBase,
  type: z.enum(['integer', 'decimal']),
  /** Unit shown behind the number: `months`, `years`, `USD`, … null where the source names none. */
  unit: localised.nullable(),
  /** Inclusive range of plausible values; anything outside is a typing error and is refused by name. */
  min: z.number(),
  max: z.number(),
});

export const choiceField = z.strictObject({
  ...fieldBase,
  type: z.literal('choice'),
  options: z.array(z.strictObject({ value: z.string().min(1), label: localised })).min(2),
});

export const textField = z.strictObject({
  ...fieldBase,
  type: z.literal('text'),
  maxLength: z.int().positive().max(500),
  /** How the text is typed and checked. */
  format: z.enum(['plain', 'email', 'phone']),
});

export const dateField = z.strictObject({ ...fieldBase, type: z.literal('date') });

export const field = z.discriminatedUnion('type', [numberField, choiceField, textField, dateField]);
export type Field = z.infer<typeof field>;

export const productDefinition = z
  .strictObject({
    format: z.literal('outpost-product/1'),
    product: slug,
    version: semanticVersion,
    title: localised,
    description: localised,
    /** ISO 4217, or null where the currency of the data is not known: plain numbers are shown then. */
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .nullable(),
    /** In the order in which they are asked. */
    sections: z.array(z.strictObject({ id: fieldId, label: localised })).min(1),
    fields: z.array(field).min(1),
    /** Batch columns that are known and deliberately not read (outcomes, the lender's own scores), with the reason. */
    ignoredColumns: z.record(z.string(), localised),
    /** Where affordability finds its amounts. All amounts per month, in the product's currency. */
    affordability: z.strictObject({
      amount: expression,
      termMonths: expression,
      monthlyIncome: expression,
      /** Living expenses; null where the form does not ask for them. */
      monthlyExpenses: expression.nullable(),
      /** Balance of existing debt (not per month); the policy says over how many months it is assumed to be repaid. */
      existingDebt: expression.nullable(),
    }),
  })
  .superRefine((product, context) => {
    const sections = new Set(product.sections.map((section) => section.id));
    const seen = new Set<string>();
    for (const { id, column, section } of product.fields) {
      for (const name of new Set([id, `column ${column}`])) {
        if (seen.has(name)) context.addIssue({ code: 'custom', message: `field ${id}: ${name} is used twice` });
        seen.add(name);
      }
      if (!sections.has(section)) context.addIssue({ code: 'custom', message: `field ${id}: no section ${section}` });
    }
    for (const f of product.fields) {
      if ((f.type === 'integer' || f.type === 'decimal') && f.min > f.max)
        context.addIssue({ code: 'custom', message: `field ${f.id}: min is above max` });
    }
  });
export type ProductDefinition = z.infer<typeof productDefinition>;
