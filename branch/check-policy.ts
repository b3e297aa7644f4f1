/** A policy file, looked over before anybody decides by it. */
import type { Artefact } from '../contract/entry-base.ts';
import type { PolicyFinding } from '../contract/policy.ts';
import { preparePolicy } from '../decision/policy/prepare.ts';
import { parsePolicy, readBytes } from './artefacts/parse-artefact.ts';
import { findProduct } from './find-product.ts';

export interface PolicyCheck {
  /** Whether it may be used: no finding is an error. */
  ok: boolean;
  policy: Artefact;
  product: Artefact;
  findings: PolicyFinding[];
}

/** @throws Failed `policy-malformed`, `file-unreadable`, `product-unknown`, `file-malformed` */
export async function checkPolicy(path: string, given: string | null, bundledDir: string): Promise<PolicyCheck> {
  const loaded = await parsePolicy(readBytes(path), path);
  const product = await findProduct(bundledDir, given ?? loaded.policy.product);
  const { findings } = preparePolicy(loaded, product.definition);
  if (loaded.policy.product !== product.definition.product)
    findings.unshift({
      level: 'error',
      table: null,
      rule: null,
      kind: 'structure',
      message: `The policy is for ${loaded.policy.product}, not for ${product.definition.product}.`,
    });
  return { ok: !findings.some(({ level }) => level === 'error'), policy: loaded.artefact, product: product.artefact, findings };
}
