/** Digests of products, policies and manifests that passed their schema here under this version of the program: the same bytes pass again. */
import type { Writer } from '../../db/handle.ts';
import { findingOf, keepFinding } from '../keep-finding.ts';

export class PassedSchemas {
  readonly #passed: Set<string>;
  #isKept = true;

  constructor(passed: Iterable<string> = []) {
    this.#passed = new Set(passed);
  }

  has(sha256: string): boolean {
    return this.#passed.has(sha256);
  }

  add(sha256: string): void {
    if (this.#passed.has(sha256)) return;
    this.#passed.add(sha256);
    this.#isKept = false;
  }

  static of(writer: Writer): PassedSchemas {
    return new PassedSchemas(findingOf(writer, 'schemas.passed')?.split(' '));
  }

  /** For the next start. */
  keep(writer: Writer): void {
    if (this.#isKept) return;
    keepFinding(writer, 'schemas.passed', [...this.#passed].join(' '));
    this.#isKept = true;
  }
}
