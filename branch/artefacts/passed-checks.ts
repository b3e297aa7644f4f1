/**
 * What passed a check here that depends on nothing but bytes and this version of the program, by digest: the same bytes pass again.
 * Products, policies and manifests stand for their schema, `package:` for all of a package's, `policy:` for a policy inspected against a product.
 */
import type { Writer } from '../../db/handle.ts';
import { findingOf, keepFinding } from '../keep-finding.ts';

export class PassedChecks {
  readonly #passed: Set<string>;
  #isKept = true;

  constructor(passed: Iterable<string> = []) {
    this.#passed = new Set(passed);
  }

  has(name: string): boolean {
    return this.#passed.has(name);
  }

  add(name: string): void {
    if (this.#passed.has(name)) return;
    this.#passed.add(name);
    this.#isKept = false;
  }

  /** All of them, for another thread of this program. */
  names(): string[] {
    return [...this.#passed];
  }

  static of(writer: Writer): PassedChecks {
    return new PassedChecks(findingOf(writer, 'checks.passed')?.split(' '));
  }

  /** For the next start. */
  keep(writer: Writer): void {
    if (this.#isKept) return;
    keepFinding(writer, 'checks.passed', [...this.#passed].join(' '));
    this.#isKept = true;
  }
}
