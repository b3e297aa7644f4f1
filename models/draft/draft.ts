/** What a draft is asked for with, and what comes of it. */
import type { Answer } from '../../contract/application.ts';
import type { Failure } from '../../contract/failure.ts';
import type { FeatureSource, FeatureValue, ModelManifest } from '../../contract/model-package.ts';
import type { ProductDefinition } from '../../contract/product.ts';
import type { FeatureRow } from '../../decision/ports.ts';
import type { OpenedPackage } from '../open-package.ts';

export interface DraftOptions {
  onnxPath: string;
  product: ProductDefinition;
  /** Where the package goes: a new or empty directory, or that of an earlier draft. */
  outDirectory: string;
  /** Calendar date, ISO 8601: the draft's dates start here and are to be corrected. */
  today: string;
  /** The package's name; the product's own where none is given. */
  name?: string;
  /** Names of the columns of matrix inputs, in the graph's order. */
  columns?: readonly string[];
  /** Sources of columns that no name tells, by column name. */
  map?: Readonly<Record<string, FeatureSource>>;
  outputName?: string;
  badClass?: string;
  of?: 'bad' | 'good';
  /** Real rows in the order of the manifest's features, to be golden and background rows; example rows are made where none are given. */
  rows?: readonly FeatureRow[];
  /** `prepareFeatures` of the decision room: makes the example rows. */
  prepareFeatures: (
    manifest: ModelManifest,
    product: ProductDefinition,
  ) => { build(answers: Readonly<Record<string, Answer>>): { values: FeatureValue[] } } | { failure: Failure };
}

/** Something that neither the graph nor the product says. */
export interface OpenQuestion {
  /** The option of `draftManifest` that answers it. */
  option: 'columns' | 'map' | 'outputName' | 'badClass' | 'of' | 'onnxPath';
  question: string;
  /** Possible answers; empty where they cannot be listed. */
  choices: string[];
  /** The model's column that a `map` question is about. */
  column?: string;
}

export interface Draft {
  /** Still to be answered: while there are any, manifest.json has nulls in it and the package does not open. */
  questions: OpenQuestion[];
  /** What was filled in for want of knowledge and should be corrected by hand. */
  notes: string[];
  /** The finished draft as it opens; null while questions are open. */
  opened: OpenedPackage | null;
}
