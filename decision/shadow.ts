/** Challengers' PDs, for comparison later. They are taken beside the decision and never looked at by it. */
import type { ProductDefinition } from '../contract/product.ts';
import { type FeatureBuilder, prepareFeatures } from './features.ts';
import type { LoadedModel, ShadowLimits } from './ports.ts';
import { type Case, scoreRows } from './score-cases.ts';

/** A challenger's PDs in the order of the cases; null where it could not score. */
export interface ShadowScores {
  sha256: string;
  pds: (number | null)[] | null;
}

interface ReadyChallenger {
  sha256: string;
  /** null: it does not fit the product and scores nothing. */
  fitting: { loaded: LoadedModel; builder: FeatureBuilder } | null;
}

async function readyChallengers(
  challengers: readonly LoadedModel[] | Promise<readonly LoadedModel[]>,
  product: ProductDefinition,
): Promise<ReadyChallenger[]> {
  return (await challengers).map((loaded) => {
    const builder = prepareFeatures(loaded.manifest, product);
    return { sha256: loaded.artefact.sha256, fitting: 'failure' in builder ? null : { loaded, builder } };
  });
}

/** A challenger's PDs, or nulls: whatever is broken about it stays its own affair, be it a bug of ours. */
async function scoreWith(
  { loaded, builder }: NonNullable<ReadyChallenger['fitting']>,
  cases: readonly Case[],
): Promise<(number | null)[] | null> {
  try {
    const scored = await scoreRows(
      loaded,
      cases.map(({ answers }) => builder.build(answers).values),
    );
    return scored.map((row) => ('pd' in row ? row.pd : null));
  } catch {
    // Told by the missing scores: a challenger without any is retired, with an entry. The error's text may hold a row's values.
    return null;
  }
}

const unlimited: ShadowLimits = { within: (_, work) => work() };

/**
 * @param challengers may still be loading: the first scores wait for them
 * @param limits one that takes longer scores nothing of that call
 */
export function prepareShadow(
  challengers: readonly LoadedModel[] | Promise<readonly LoadedModel[]>,
  product: ProductDefinition,
  limits: ShadowLimits = unlimited,
): (cases: readonly Case[]) => Promise<ShadowScores[]> {
  let preparing: Promise<ReadyChallenger[]> | undefined;
  return async (cases) => {
    preparing ??= readyChallengers(challengers, product);
    const scores: ShadowScores[] = [];
    for (const { sha256, fitting } of await preparing) {
      const pds = fitting === null ? null : await limits.within(cases.length, () => scoreWith(fitting, cases));
      scores.push({ sha256, pds });
    }
    return scores;
  };
}
