/** A policy as it comes from its file, made ready to decide with, or refused with what is wrong about it. */
import type { Artefact } from '../../contract/entry-base.ts';
import type { Policy, PolicyFinding } from '../../contract/policy.ts';
import type { ProductDefinition } from '../../contract/product.ts';
import type { LoadedPolicy } from '../ports.ts';
import { compileTables, type PolicyInputs } from './compile.ts';
import { evaluateTables, type PolicyEvaluation } from './evaluate.ts';
import { inspectPolicy } from './inspect.ts';

export interface PreparedPolicy {
  artefact: Artefact;
  policy: Policy;
  /** Total: every input gives an outcome, and what cannot be told is a doubt. */
  evaluate(from: PolicyInputs): PolicyEvaluation;
}

/**
 * @param loaded a policy that has passed its schema
 * @param isSound these very bytes were inspected against this very product before, without an error: they are not inspected again
 * @returns the policy ready to run, or null where a finding is an `error`; and all findings
 */
export function preparePolicy(
  loaded: LoadedPolicy,
  product: ProductDefinition,
  isSound = false,
): { prepared: PreparedPolicy | null; findings: PolicyFinding[] } {
  const tables = compileTables(loaded.policy);
  const findings = isSound ? [] : inspectPolicy(loaded.policy, tables, product);
  if (findings.some(({ level }) => level === 'error')) return { prepared: null, findings };
  return { prepared: { ...loaded, evaluate: (from) => evaluateTables(tables, from) }, findings };
}
