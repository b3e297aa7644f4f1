/**
 * Why, in words that an applicant may be given: statements of fact about factors that were really considered (12 CFR 1002.9(b)(2)).
 * 'Your score was too low' is never one of them: a cutoff rule gives no reason of its own, the contributions behind the score do.
 */
import type { Doubt, Explanation, Reason } from '../contract/decision.ts';
import type { Localised } from '../contract/localised.ts';
import type { Characteristic } from '../contract/model-package.ts';
import type { Outcome, Policy, PolicyRule } from '../contract/policy.ts';

/** The commentary to 12 CFR 1002.9(b)(2) finds more than four reasons unlikely to help an applicant. */
const MAX_MODEL_REASONS = 4;

/** A characteristic counts when it makes up at least this share of everything that spoke against the applicant. */
const SMALLEST_SHARE = 0.05;

/** Below this a contribution is rounding, not evidence. */
const ROUNDING = 1e-9;

const doubtTexts: Record<Doubt['kind'], Localised> = {
  'no-model': { en: 'No scoring model is active for this product.', es: 'No hay ningún modelo de puntuación activo para este producto.' },
  'no-policy': { en: 'No credit policy is active for this product.', es: 'No hay ninguna política de crédito activa para este producto.' },
  'model-expired': {
    en: 'The scoring model has passed its expiry date.',
    es: 'El modelo de puntuación ha superado su fecha de caducidad.',
  },
  'policy-not-yet-valid': { en: 'The credit policy is not valid yet.', es: 'La política de crédito aún no está en vigor.' },
  'policy-expired': {
    en: 'The credit policy has passed its expiry date.',
    es: 'La política de crédito ha superado su fecha de caducidad.',
  },
  'missing-value': {
    en: 'Information that the decision needs is missing and must be completed by a person.',
    es: 'Falta información necesaria para la decisión y debe completarla una persona.',
  },
  'outside-trained-range': {
    en: 'An amount lies outside the range that the model knows, so a person must look at it.',
    es: 'Una cantidad está fuera del rango que el modelo conoce y debe revisarla una persona.',
  },
  'unknown-value': {
    en: 'An answer is of a kind that the model does not know, so a person must look at it.',
    es: 'Una respuesta es de un tipo que el modelo no conoce y debe revisarla una persona.',
  },
  'scoring-failed': { en: 'The application could not be scored.', es: 'No se pudo puntuar la solicitud.' },
  'explanation-failed': { en: 'The score could not be explained.', es: 'No se pudo explicar la puntuación.' },
  'policy-cell': {
    en: 'A rule of the credit policy could not be checked with the information given.',
    es: 'Una regla de la política de crédito no se pudo comprobar con la información facilitada.',
  },
  'policy-gap': {
    en: 'The credit policy does not say what to do in this case.',
    es: 'La política de crédito no indica qué hacer en este caso.',
  },
  clock: { en: 'The date on this computer cannot be trusted.', es: 'La fecha de este equipo no es fiable.' },
};

/** Every kind's reason; its code is the kind in upper snake case. Made once: a refer's screen asks for them again and again. */
const doubtReasons = new Map(
  (Object.keys(doubtTexts) as Doubt['kind'][]).map((kind): [Doubt['kind'], Reason] => [
    kind,
    { code: kind.toUpperCase().replaceAll('-', '_'), source: 'doubt', text: doubtTexts[kind] },
  ]),
);
const doubtReasonsByCode = new Map([...doubtReasons.values()].map((reason) => [reason.code, reason]));

/** The reason behind the code of a stored doubt; null where the code is of no kind that is known here. */
export function doubtReasonOf(code: string): Reason | null {
  return doubtReasonsByCode.get(code) ?? null;
}

/**
 * The model's reasons: adverse contributions, largest first, ties in the manifest's order; at most four, each at least 5 % of the sum
 * of all adverse contributions and, where sampled, more than two standard errors above zero.
 */
export function modelReasons(explanation: Explanation, characteristics: readonly Characteristic[]): Reason[] {
  const adverse = explanation.contributions
    .map(({ value, standardError }, i) => ({ value, standardError, i }))
    .filter(({ value }) => value > ROUNDING);
  const total = adverse.reduce((sum, { value }) => sum + value, 0);
  const meant = adverse.filter(({ value, standardError }) => value >= SMALLEST_SHARE * total && value > 2 * standardError);
  meant.sort((a, b) => b.value - a.value || a.i - b.i);
  const reasons = new Map<string, Reason>();
  for (const { i } of meant) {
    const code = characteristics[i]?.reason.code;
    // Two characteristics may share a code: it is given once, in the wording that stands first in the manifest.
    const first = characteristics.find((characteristic) => characteristic.reason.code === code);
    if (first !== undefined && reasons.size < MAX_MODEL_REASONS) reasons.set(first.reason.code, { ...first.reason, source: 'model' });
  }
  return [...reasons.values()];
}

/** What reasons are made from. */
export interface ReasonSources {
  outcome: Outcome;
  /** What the cutoff tables said by themselves: a decline that only a knock-out brought about is not the model's. */
  cutoff: Outcome | null;
  explanation: Explanation | null;
  characteristics: readonly Characteristic[];
  fired: readonly PolicyRule[];
  /** First wording of each reason code in the policy. */
  wordings: ReadonlyMap<string, Localised>;
  doubts: readonly Doubt[];
}

/**
 * @returns for a decline or a refer: the model's reasons, then every policy rule that fired, then the doubts; each code once.
 * An approval needs none.
 */
export function collectReasons(from: ReasonSources): Reason[] {
  if (from.outcome === 'approve') return [];
  // 1002.9(b)(2) asks for the factors that led to the action: contributions to a score that passed its cutoff did not.
  const passed = from.outcome === 'decline' && from.cutoff === 'approve';
  const reasons = from.explanation === null || passed ? [] : modelReasons(from.explanation, from.characteristics);
  const policyCodes = new Set(from.fired.flatMap((rule) => rule.reason?.code ?? []));
  for (const code of policyCodes) reasons.push({ code, source: 'policy', text: from.wordings.get(code) ?? { en: code } });
  for (const kind of new Set(from.doubts.map((doubt) => doubt.kind))) reasons.push(doubtReasons.get(kind)!);
  return reasons;
}

/** Each policy's wordings, gathered once for all decisions that are made with it or shown. */
const wordings = new WeakMap<Policy, ReadonlyMap<string, Localised>>();

/** First wording of each reason code in the policy, by code. */
export function wordingsOf(policy: Policy): ReadonlyMap<string, Localised> {
  const known = wordings.get(policy);
  if (known !== undefined) return known;
  const gathered = new Map<string, Localised>();
  for (const { rules } of policy.tables)
    for (const { reason } of rules) if (reason !== undefined && !gathered.has(reason.code)) gathered.set(reason.code, reason.text);
  wordings.set(policy, gathered);
  return gathered;
}
