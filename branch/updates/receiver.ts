/** The other side of updates: what becomes of a verified file on this PC (branch/activation). Injected, so that tests see what is handed over. */
import { listActive } from '../../db/active.ts';
import type { Received } from '../activation/offer.ts';
import { receiveModel, receivePolicy } from '../activation/receive-release.ts';
import { withdrawRelease } from '../activation/withdraw.ts';
import type { Branch } from '../open-branch.ts';
import type { Held, Offer, Withdrawal } from './offers.ts';

export interface Receiver {
  /** What has a place in the branch now. */
  held(branch: Branch): Held[];
  /** @param release its file is verified against the signed repository, and stays for as long as the release is offered */
  receiveModel(branch: Branch, release: { file: string; offer: Offer }): Promise<Received>;
  receivePolicy(branch: Branch, release: { file: string; offer: Offer }): Promise<Received>;
  withdraw(branch: Branch, withdrawal: Withdrawal): Promise<unknown>;
}

export const activation: Receiver = {
  held: ({ log }) =>
    listActive(log.db)
      .filter(({ kind }) => kind !== 'product')
      .map(({ product, alias, name, version, sha256 }) => ({ product, alias: alias ?? 'policy', artefact: { name, version, sha256 } })),
  receiveModel,
  receivePolicy,
  withdraw: withdrawRelease,
};
