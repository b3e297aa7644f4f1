/** The reasons for deciding otherwise, in words. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { OverrideCode } from '../../contract/review.ts';

export const OVERRIDE_CODES: Record<OverrideCode, MessageDescriptor> = {
  'doubt-resolved': msg`The doubt is resolved`,
  'income-shown-otherwise': msg`Income is shown in another way`,
  'data-corrected-by-document': msg`A document corrects what was entered`,
  'security-offered': msg`Security is offered`,
  'long-standing-customer': msg`Customer of long standing`,
  'policy-exception-approved': msg`An exception from the policy was approved`,
  'documents-missing': msg`Documents are missing`,
  'statements-contradict': msg`Statements contradict each other`,
  other: msg`Another reason (say which in the remark)`,
};
