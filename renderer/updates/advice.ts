/** What whoever made a model or policy can do where a branch refuses it: the service's own sentences are for whoever sits at this PC. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { FailureKind } from '../../contract/failure.ts';

const PACK_AGAIN = msg`Run "outpost model check" on the package, mend what it names, raise the version and release it again.`;

export const ADVICE: Partial<Record<FailureKind, MessageDescriptor>> = {
  'model-package-malformed': PACK_AGAIN,
  'model-package-unsafe': msg`The graph or the archive has something that no branch opens: export again without custom operators, loops or external data, and run "outpost model check".`,
  'model-does-not-fit': msg`The manifest asks for fields that this branch's product does not have, or of another type: compare it with the product's definition, or release the product first.`,
  'model-check-failed': msg`The golden rows came out differently on this processor: compare the numbers below with yours, and look for operators whose last bits depend on the processor.`,
  'model-hangs': msg`The model took too long or too much memory in the check process: measure it with "outpost model check", and make it smaller.`,
  'policy-malformed': msg`Run "outpost policy check" on the policy with this product's definition, mend what it names, raise the version and release it again.`,
};
