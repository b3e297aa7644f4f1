/** The last step: score, affordability, policy and reasons put together to one decision. */
import type { Decision, Doubt } from '../contract/decision.ts';
import type { Localised } from '../contract/localised.ts';
import type { ProductDefinition } from '../contract/product.ts';
import { prepareAffordability } from './affordability.ts';
import { addDoubts } from './doubts.ts';
import type { PolicyEvaluation } from './policy/evaluate.ts';
import type { PreparedPolicy } from './policy/prepare.ts';
import type { LoadedModel } from './ports.ts';
import { collectReasons, wordingsOf } from './reasons.ts';
import { toScore } from './score.ts';
import type { Case } from './score-cases.ts';

const noPolicy: PolicyEvaluation = { outcome: 'refer', trace: [], fired: [], cutoff: null, pricing: null, doubts: [] };

const noWordings: ReadonlyMap<string, Localised> = new Map();

/** Prepares what turns one case into its decision. */
export function prepareConclusion(
  product: ProductDefinition,
  model: LoadedModel | null,
  policy: PreparedPolicy | null,
): (one: Case, standing: readonly Doubt[]) => Decision {
  const affordabilityOf = prepareAffordability(product, policy?.policy.affordability ?? null);
  const wordings = policy === null ? noWordings : wordingsOf(policy.policy);
  const characteristics = model?.manifest.characteristics ?? [];
  return ({ answers, values, doubts, pd, explanation }, standing) => {
    const score = pd === null || model === null ? null : toScore(pd, model.manifest.scaling);
    const affordability = affordabilityOf(answers);
    const said = policy?.evaluate({ answers, pd, score, affordability }) ?? noPolicy;
    const all = [...standing];
    addDoubts(all, doubts);
    addDoubts(all, said.doubts);
    const outcome = all.length > 0 ? 'refer' : said.outcome;
    const pricing = outcome === 'decline' ? null : said.pricing;
    const reasons = collectReasons({
      outcome,
      cutoff: said.cutoff,
      explanation,
      characteristics,
      fired: said.fired,
      wordings,
      doubts: all,
    });
    return { outcome, pd, score, features: values, explanation, reasons, doubts: all, affordability, pricing, policyTrace: said.trace };
  };
}
