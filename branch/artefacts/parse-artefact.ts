/** Product definitions and policies out of their bytes, with the digest that names them everywhere. */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Failed, type FailureKind } from '../../contract/failure.ts';
import { type ModelManifest, modelManifest } from '../../contract/model-package.ts';
import { policy } from '../../contract/policy.ts';
import { productDefinition } from '../../contract/product.ts';
import type { LoadedPolicy, LoadedProduct } from '../../decision/ports.ts';

/** Far above any form or policy (the bundled ones are under 50 kB). */
const LARGEST = 4 << 20;

/**
 * @param place the file's path, for messages
 * @throws Failed `file-malformed`
 */
export function parseProduct(bytes: Uint8Array, place: string): LoadedProduct {
  const definition = parseWith(productDefinition, bytes, place, 'product definition', 'file-malformed');
  return { artefact: { name: definition.product, version: definition.version, sha256: hash('sha256', bytes, 'hex') }, definition };
}

/**
 * The policy's form only; whether its tables make sense is `preparePolicy`'s to say.
 * @throws Failed `policy-malformed`
 */
export function parsePolicy(bytes: Uint8Array, place: string): LoadedPolicy {
  const parsed = parseWith(policy, bytes, place, 'policy', 'policy-malformed');
  return { artefact: { name: parsed.name, version: parsed.version, sha256: hash('sha256', bytes, 'hex') }, policy: parsed };
}

/** @throws Failed `model-package-malformed` */
export function parseManifest(bytes: Uint8Array, place: string): ModelManifest {
  return parseWith(modelManifest, bytes, place, 'model manifest', 'model-package-malformed');
}

/** @throws Failed `file-unreadable` */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
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

function parseWith<T>(schema: Schema<T>, bytes: Uint8Array, place: string, what: string, kind: FailureKind): T {
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
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  throw refuse(issues.join('; '));
}
