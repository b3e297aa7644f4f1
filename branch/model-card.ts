/** Instructions for use of the active model (EU AI Act, Art. 13): its card, as the data scientist wrote it. */
import { Failed } from '../contract/failure.ts';
import { listActive } from '../db/active.ts';
import type { Branch } from './open-branch.ts';

/** @throws Failed `no-active-model` (also when the package has no card), or what is wrong with the package on disk */
export async function modelCard({ log, store }: Branch, product: string): Promise<{ markdown: string }> {
  const champion = listActive(log.db).find((activation) => activation.product === product && activation.alias === 'champion');
  const card = champion === undefined ? null : (await store.openModel(champion.sha256)).modelCard;
  if (card !== null) return { markdown: card };
  throw new Failed({
    kind: 'no-active-model',
    happened: champion === undefined ? `No model is active for ${product}.` : `The model of ${product} has no card.`,
    safe: 'Nothing was changed.',
    next: 'Ask the model’s owner for its instructions for use.',
    facts: { product },
  });
}
