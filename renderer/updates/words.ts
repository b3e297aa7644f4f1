/** The field's words for places, causes and changes, in the language shown. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { ActivationCause } from '../../contract/release-entries.ts';
import type { HeldArtefact, Proposal } from '../../contract/update-calls.ts';

export const PLACES: Record<HeldArtefact['alias'], MessageDescriptor> = {
  champion: msg`Champion`,
  challenger: msg`Challenger`,
  policy: msg`Policy`,
  previous: msg`Previous champion`,
};

export const CAUSES: Record<ActivationCause, MessageDescriptor> = {
  'first-use': msg`at the first start`,
  released: msg`released by head office`,
  scheduled: msg`released by head office, on its day`,
  switched: msg`switched on this PC`,
  'rolled-back': msg`rolled back`,
  automatic: msg`back by itself: the one after it failed on this PC`,
  withdrawn: msg`head office withdrew what stood here`,
};

export const CHANGES: Record<Proposal['change'], MessageDescriptor> = {
  switch: msg`Switch`,
  'roll-back': msg`Roll back`,
  resume: msg`Resume`,
};

/** Who signs which part of head office's repository. */
export const SIGNERS: Record<string, MessageDescriptor> = {
  models: msg`data science`,
  policy: msg`credit risk`,
  app: msg`IT of head office`,
};
