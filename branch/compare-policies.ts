/** Two policy files side by side: what changed, and what is wrong or odd in each. */
import type { Artefact } from '../contract/entry-base.ts';
import type { PolicyFinding } from '../contract/policy.ts';
import { comparePolicies, type PolicyChange } from '../decision/policy/compare.ts';
import { parsePolicy, readBytes } from './artefacts/parse-artefact.ts';
import { checkPolicy } from './check-policy.ts';

interface OnePolicy {
  policy: Artefact;
  /** Whether it may be used: no finding is an error. */
  ok: boolean;
  findings: PolicyFinding[];
}

export interface PolicyComparison {
  before: OnePolicy;
  after: OnePolicy;
  changes: PolicyChange[];
}

/** @throws Failed as `checkPolicy` */
export async function comparePolicyFiles(
  before: string,
  after: string,
  given: string | null,
  bundledDir: string,
): Promise<PolicyComparison> {
  const [a, b] = [await parsePolicy(readBytes(before), before), await parsePolicy(readBytes(after), after)];
  return {
    before: await look(before, given, bundledDir),
    after: await look(after, given, bundledDir),
    changes: comparePolicies(a.policy, b.policy),
  };
}

async function look(path: string, given: string | null, bundledDir: string): Promise<OnePolicy> {
  const { ok, policy, findings } = await checkPolicy(path, given, bundledDir);
  return { policy, ok, findings };
}
