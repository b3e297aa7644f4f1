/**
 * A model package: a directory or archive with `manifest.json`, `model.onnx` and what is needed to use the model honestly.
 * Every file but the manifest itself is listed with its SHA-256; the package's digest is that of the manifest's bytes.
 */
import { z } from 'zod';
import { expression } from './expression.ts';
import { localised } from './localised.ts';
import { fieldId, semanticVersion, sha256, slug } from './product.ts';

/** How a model's column is made from form fields. A missing field gives a missing feature, except in a one-hot column. */
export const featureSource = z.union([
  /** A number field as it is; for a text-typed column a choice field's value. */
  z.strictObject({ field: fieldId }),
  /** 1 when the choice has this value, else 0; all columns of a choice are 0 when it is missing. */
  z.strictObject({ oneHot: fieldId, value: z.string().min(1) }),
  /** A number per value of a choice. A value that is not listed is a doubt, never a guess. */
  z.strictObject({ map: fieldId, values: z.record(z.string(), z.number()) }),
  /** Arithmetic over number fields. */
  z.strictObject({ expression }),
]);
export type FeatureSource = z.infer<typeof featureSource>;

export const feature = z.strictObject({
  /** Column name in the model's own words; unique in the package. */
  name: z.string().min(1).max(200),
  source: featureSource,
  /** The characteristic whose contribution this column is counted to. */
  characteristic: fieldId,
  /** Whether the model was trained with missing values here; if not, a missing one is a doubt. */
  mayBeMissing: z.boolean(),
  /** Inclusive range (numbers) or set (texts) seen in training; outside is a doubt. null: not known. */
  trained: z.union([z.strictObject({ min: z.number(), max: z.number() }), z.strictObject({ values: z.array(z.string()) })]).nullable(),
  /** Direction in which PD was constrained to move with the column. */
  monotone: z.enum(['increasing', 'decreasing']).nullable(),
});
export type Feature = z.infer<typeof feature>;

/** What an officer and an applicant know as one thing: one or more columns, one reason. The players of the Shapley game. */
export const characteristic = z.strictObject({
  id: fieldId,
  label: localised,
  /** Principal reason for adverse action, 12 CFR 1002.9(b)(2): specific, and of a factor that was really scored. */
  reason: z.strictObject({ code: z.string().regex(/^[A-Z][A-Z0-9_]{0,31}$/), text: localised }),
});
export type Characteristic = z.infer<typeof characteristic>;

/** An input of the graph. `matrix`: one [N,F] tensor; `column`: one [N,1] (or [N]) tensor with a single feature. */
export const modelInput = z.strictObject({
  name: z.string(),
  type: z.enum(['float', 'double', 'int64', 'string']),
  shape: z.enum(['matrix', 'column']),
  features: z.array(z.string()).min(1),
});
export type ModelInput = z.infer<typeof modelInput>;

/** Where the probability of the bad class is found in the graph's outputs. */
export const modelOutput = z.strictObject({
  /** The graph's output to read. */
  name: z.string(),
  /**
   * `classes`: [N,K], one column per class. `single`: [N,1] or [N], the bad class alone.
   * `per-class`: one output per class; `name` is the bad class's own.
   * `zipmap`: a ZipMap's output; the runtime reads the tensor that feeds it.
   */
  form: z.enum(['classes', 'single', 'per-class', 'zipmap']),
  /** Column of the bad class in `classes` and `zipmap`; 0 in the other forms. */
  badIndex: z.int().nonnegative(),
  /** The bad class as the graph names it, for the reader; null where the graph names none. */
  badClass: z.union([z.string(), z.int()]).nullable(),
  /** `probability` is checked to lie in [0,1]; `log-odds` is a raw margin and goes through the logistic function. */
  scale: z.enum(['probability', 'log-odds']),
  /** `bad`: the number speaks of the bad class. `good`: it is the probability of good and is turned round. */
  of: z.enum(['bad', 'good']),
  /** Whether each row of a `classes` output must sum to one. */
  sumsToOne: z.boolean(),
});
export type ModelOutput = z.infer<typeof modelOutput>;

/** A figure on data that did not train the model, with its 95 % interval where one was computed. */
export const metric = z.strictObject({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() });

export const modelManifest = z
  .strictObject({
    format: z.literal('outpost-model/1'),
    name: slug,
    version: semanticVersion,
    product: slug,
    title: localised,
    description: z.string().min(1),
    owner: z.string().min(1),
    /** Calendar dates, ISO 8601. A model past `expiresOn` still scores, and every decision of it is a refer. */
    trainedOn: z.iso.date(),
    validatedOn: z.iso.date().nullable(),
    expiresOn: z.iso.date(),
    /** Horizon of the PD in months; null where the data do not tell it. */
    outcomeWindowMonths: z.int().positive().nullable(),
    inputs: z.array(modelInput).min(1),
    features: z.array(feature).min(1),
    characteristics: z.array(characteristic).min(1),
    output: modelOutput,
    /** pd = σ(slope · logit(p) + intercept), applied to the graph's own probability; slope > 0 keeps the order. null: none. */
    calibration: z.strictObject({ slope: z.number().positive().max(1e3), intercept: z.number().min(-1e3).max(1e3) }).nullable(),
    /** score = baseScore at good:bad odds of baseOdds; pdo points double the odds. Bounded, so that no PD gives a score that is no number. */
    scaling: z.strictObject({
      baseScore: z.number().min(-1e6).max(1e6),
      baseOdds: z.number().min(1e-6).max(1e6),
      pdo: z.number().min(1e-3).max(1e6),
    }),
    trainingData: z.strictObject({
      description: z.string(),
      sha256: sha256.nullable(),
      rows: z.int().nonnegative(),
      bads: z.int().nonnegative(),
    }),
    metrics: z.record(z.string(), metric),
    /** What the model must not be used for, in sentences. */
    limits: z.array(z.string()),
    /** SHA-256 of every other file of the package, by its path with forward slashes. */
    files: z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/), sha256),
  })
  .superRefine((manifest, context) => {
    const names = manifest.features.map((f) => f.name);
    const fed = manifest.inputs.flatMap((input) => input.features);
    const known = new Set(manifest.characteristics.map((c) => c.id));
    const complain = (message: string) => context.addIssue({ code: 'custom', message });
    if (new Set(names).size !== names.length) complain('two features have one name');
    if (new Set(known).size !== manifest.characteristics.length) complain('two characteristics have one id');
    if (fed.length !== names.length || [...fed].sort().join('\n') !== [...names].sort().join('\n'))
      complain('the inputs must take every feature exactly once');
    for (const f of manifest.features)
      if (!known.has(f.characteristic)) complain(`feature ${f.name}: no characteristic ${f.characteristic}`);
    for (const input of manifest.inputs)
      if (input.shape === 'column' && input.features.length !== 1) complain(`input ${input.name}: a column takes one feature`);
    if (!('model.onnx' in manifest.files)) complain('files must list model.onnx');
  });
export type ModelManifest = z.infer<typeof modelManifest>;

/** A feature value on its way to the graph: a number, a text, or null for missing. */
export const featureValue = z.union([z.number(), z.string(), z.null()]);
export type FeatureValue = z.infer<typeof featureValue>;

/** `background.json`: the rows that an explanation compares with, columns in the manifest's feature order. */
export const backgroundSample = z.strictObject({
  description: z.string(),
  rows: z.array(z.array(featureValue)).min(1).max(1000),
});
export type BackgroundSample = z.infer<typeof backgroundSample>;

/** `golden.json`: rows that must come out the same on every PC before the model may decide there. */
export const goldenRows = z.strictObject({
  /** Largest allowed absolute difference of the PD. */
  tolerance: z.number().nonnegative().max(1e-3),
  rows: z
    .array(
      z.strictObject({
        /** Form answers that lead to the features; null where only features are known (a draft made from a bare graph). */
        answers: z.record(fieldId, featureValue).nullable(),
        features: z.array(featureValue),
        pd: z.number().min(0).max(1),
      }),
    )
    .min(1),
});
export type GoldenRows = z.infer<typeof goldenRows>;

/** `baseline.json`: distributions on the training rows that later drift is measured against (PSI of the score, CSI of a characteristic). */
export const driftBaseline = z.strictObject({
  rows: z.int().positive(),
  /** Ascending inner edges; `counts` has one more member than `edges`. Bin k is [edges[k-1], edges[k]). */
  score: z.strictObject({ edges: z.array(z.number()), counts: z.array(z.int().nonnegative()) }),
  features: z.record(
    z.string(),
    z.union([
      z.strictObject({ edges: z.array(z.number()), counts: z.array(z.int().nonnegative()), missing: z.int().nonnegative() }),
      z.strictObject({ values: z.record(z.string(), z.int().nonnegative()), missing: z.int().nonnegative() }),
    ]),
  ),
});
