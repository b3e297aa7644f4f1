/** Product definitions and policies out of their bytes, with the digest that names them everywhere. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Failed, type FailureKind } from '../../contract/failure.ts';
import type { ModelManifest } from '../../contract/model-package.ts';
import type { LoadedPolicy, LoadedProduct } from '../../decision/ports.ts';
import { PassedChecks } from './passed-checks.ts';

/** Far above any form or policy (the bundled ones are under 50 kB). */
const LARGEST = 4 << 20;

/**
 * @param place the file's path, for messages
 * @throws Failed `file-malformed`
 */
export async function parseProduct(bytes: Uint8Array, place: string, passed = new PassedChecks()): Promise<LoadedProduct> {
  const schema = async () => (await import('../../contract/product.ts')).productDefinition;
  const { value, sha256 } = await parseWith(schema, bytes, place, 'product definition', 'file-malformed', passed);
  return { artefact: { name: value.product, version: value.version, sha256 }, definition: value };
}

/**
 * The policy's form only; whether its tables make sense is `preparePolicy`'s to say.
 * @throws Failed `policy-malformed`
 */
export async function parsePolicy(bytes: Uint8Array, place: string, passed = new PassedChecks()): Promise<LoadedPolicy> {
  const schema = async () => (await import('../../contract/policy.ts')).policy;
  const { value, sha256 } = await parseWith(schema, bytes, place, 'policy', 'policy-malformed', passed);
  return { artefact: { name: value.name, version: value.version, sha256 }, policy: value };
}

/** @throws Failed `model-package-malformed` */
export async function parseManifest(bytes: Uint8Array, place: string, passed = new PassedChecks()): Promise<ModelManifest> {
  const schema = async () => (await import('../../contract/model-package.ts')).modelManifest;
  return (await parseWith(schema, bytes, place, 'model manifest', 'model-package-malformed', passed)).value;
}

/** @throws Failed `file-unreadable` */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failed({
      kind: 'file-unreadable',
      happened: code === 'ENOENT' ? `${path}: there is no such file.` : `${path}: the file cannot be read (${code ?? 'unknown error'}).`,
      safe: 'Nothing was changed.',
      next: 'Check the path and the name.',
      facts: { path },
    });
  }
}

interface Schema<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: readonly { path: PropertyKey[]; message: string }[] } };
}

/** The schemas only check, they change nothing: bytes that passed before need but be read, and most starts need no schema at all. */
async function parseWith<T>(
  schema: () => Promise<Schema<T>>,
  bytes: Uint8Array,
  place: string,
  what: string,
  kind: FailureKind,
  passed: PassedChecks,
): Promise<{ value: T; sha256: string }> {
  const refuse = (detail: string) =>
    new Failed({
      kind,
      happened: `${place} is not a ${what} of this program: ${detail}.`,
      safe: 'It was not used and nothing was changed.',
      next: 'Correct the file where it is named and try again.',
      facts: { path: place, detail },
    });
  if (bytes.length > LARGEST) throw refuse(`it is larger than ${LARGEST} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw refuse(`it is not JSON in UTF-8 (${error instanceof Error ? error.message : 'unknown reason'})`);
  }
  const sha256 = hash('sha256', bytes, 'hex');
  if (passed.has(sha256)) return { value: value as T, sha256 };
  const parsed = (await schema()).safeParse(value);
  if (parsed.success) {
    passed.add(sha256);
    return { value: parsed.data, sha256 };
  }
  const issues = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  throw refuse(issues.join('; '));
}
