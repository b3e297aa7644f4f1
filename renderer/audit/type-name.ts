/** What the types of entries are called. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';

const TYPES: Record<string, MessageDescriptor> = {
  genesis: msg`Log begun`,
  decision: msg`Decision`,
  review: msg`Review`,
  'model-activated': msg`Model activated`,
  'policy-activated': msg`Policy activated`,
  'product-activated': msg`Product activated`,
  'clock-jump': msg`Clock jump`,
  failure: msg`Failure`,
  'account-created': msg`Account created`,
  'role-changed': msg`Role changed`,
  'account-disabled': msg`Account switched off`,
  'account-enabled': msg`Account switched on`,
  'passphrase-changed': msg`Passphrase changed`,
  'sign-in': msg`Sign-in`,
  'sign-in-failed': msg`Failed sign-in`,
  'sign-out': msg`Sign-out`,
  export: msg`Export`,
  'hold-set': msg`Legal hold set`,
  'hold-lifted': msg`Legal hold lifted`,
  erasure: msg`Erasure`,
  'erasure-refused': msg`Erasure refused`,
  backup: msg`Backup`,
  'recovery-key-made': msg`Recovery key made`,
  'witnesses-trusted': msg`Witnesses trusted`,
  'officers-sight': msg`What officers see of each other's decisions`,
  'model-retired': msg`Model retired`,
  'model-suspended': msg`Model suspended`,
  'model-resumed': msg`Model resumed`,
  'update-refused': msg`Update refused`,
  'app-updated': msg`Program updated`,
  'change-proposed': msg`Change proposed`,
  'change-confirmed': msg`Change confirmed`,
  'change-dismissed': msg`Change dismissed`,
  enrolled: msg`Enrolled with head office`,
  outcome: msg`Outcomes of loans`,
  unreadable: msg`Unreadable entry`,
};

/** A type that this program does not know keeps the name that the log has for it. */
export function useTypeName(): (type: string) => string {
  const { _ } = useLingui();
  return (type) => {
    const name = TYPES[type];
    return name ? _(name) : type;
  };
}
