/**
 * A model's card out of what its package says of itself, for a package that brings none: instructions for use in the sense of the EU AI Act, Art. 13,
 * as far as a manifest can give them. What it cannot tell it says that it does not tell.
 */
import type { Feature, FeatureSource, ModelManifest } from '../../contract/model-package.ts';
import type { OpenedPackage } from '../open-package.ts';

/** Markdown. */
export function renderCard({ artefact, manifest, golden, background, files }: OpenedPackage): string {
  return [
    `# ${plain(manifest.title.en)} — ${artefact.name} ${artefact.version}`,
    plain(manifest.description),
    section('Identity', identityOf(manifest, artefact.sha256)),
    section('Data', dataOf(manifest)),
    section('Features', featuresOf(manifest)),
    section('Figures', figuresOf(manifest)),
    section('Training', trainingOf(files.get('training.json'))),
    section('Limits', manifest.limits.length === 0 ? 'None are stated. That does not mean that there are none.' : listOf(manifest.limits)),
    section(
      'How it is checked and explained',
      `${golden.rows.length} golden rows must come out within ${golden.tolerance} on every PC. Explanations compare with ${background.rows.length} rows: ${plain(background.description)}`,
    ),
    '*Rendered from the manifest, because the package has no model-card.md.*',
    '',
  ].join('\n\n');
}

const section = (title: string, body: string): string => `## ${title}\n\n${body}`;
const listOf = (items: readonly string[]): string => items.map((item) => `- ${plain(item)}`).join('\n');

/** Text from a file inside a line of Markdown: it can neither end the line nor begin a cell, a tag or a link of its own. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>|#]/g, (mark) => `\\${mark}`);
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

function identityOf(m: ModelManifest, sha256: string): string {
  const { output, calibration, scaling } = m;
  const months = m.outcomeWindowMonths;
  return tableOf(
    ['', ''],
    [
      ['Product', m.product],
      ['Owner', plain(m.owner)],
      ['Package', `\`${sha256}\``],
      ['Trained on', m.trainedOn],
      ['Validated on', m.validatedOn ?? 'not stated'],
      ['Decides until', `${m.expiresOn}; after that every decision is a refer`],
      ['What it gives', `probability of default${months === null ? ', horizon not stated' : ` within ${months} months`}`],
      ['Read from', `output ${plain(output.name)}, ${output.form}, ${output.scale}, of the ${output.of} class`],
      ['Calibration', calibration === null ? 'none' : `slope ${calibration.slope}, intercept ${calibration.intercept}`],
      ['Score', `${scaling.baseScore} at good:bad odds of ${scaling.baseOdds}; ${scaling.pdo} points double the odds`],
    ],
  );
}

function dataOf({ trainingData: { description, rows, bads, sha256 } }: ModelManifest): string {
  const share = rows === 0 ? '' : ` (${((100 * bads) / rows).toFixed(1)} %)`;
  return `${plain(description)}\n\n${rows} rows, ${bads} bad${share}. SHA-256 of the file: ${sha256 === null ? 'not stated' : `\`${sha256}\``}.`;
}

function featuresOf({ features }: ModelManifest): string {
  return tableOf(
    ['Feature', 'Made from', 'Characteristic', 'PD moves', 'Seen in training', 'May be missing'],
    features.map((feature) => [
      plain(feature.name),
      sourceInWords(feature.source),
      feature.characteristic,
      feature.monotone ?? 'free',
      seenIn(feature.trained),
      feature.mayBeMissing ? 'yes' : 'no',
    ]),
  );
}

export function sourceInWords(source: FeatureSource): string {
  if ('field' in source) return source.field;
  if ('oneHot' in source) return `${source.oneHot} = ${plain(source.value)}`;
  if ('map' in source) return `${source.map} as a number`;
  return plain(JSON.stringify(source.expression));
}

function seenIn(trained: Feature['trained']): string {
  if (trained === null) return 'not stated';
  return 'values' in trained ? trained.values.map(plain).join(', ') : `${trained.min} … ${trained.max}`;
}

function figuresOf({ metrics }: ModelManifest): string {
  const figures = Object.entries(metrics);
  if (figures.length === 0) return 'None are stated.';
  const between = (low: number | null, high: number | null) => (low === null || high === null ? 'not stated' : `${low} … ${high}`);
  return tableOf(
    ['Figure', 'Value', '95 % interval'],
    figures.map(([name, { value, low, high }]) => [plain(name), String(value), between(low, high)]),
  );
}

/** What the training program noted: its form is its own, so only plain values are told. */
function trainingOf(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return 'The package holds no training.json.';
  const told = topOf(bytes).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' ? [[plain(name), plain(String(value))]] : groupOf(name, value),
  );
  return told.length === 0 ? 'training.json tells nothing that can be shown in a table.' : tableOf(['', ''], told);
}

function topOf(bytes: Uint8Array): [string, unknown][] {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? Object.entries(value) : [];
  } catch (error) {
    // It is not among the files that must have a form, so it may be anything.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function groupOf(name: string, value: unknown): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' || typeof inner === 'number' ? [[plain(`${name}: ${key}`), plain(String(inner))]] : [],
  );
}
