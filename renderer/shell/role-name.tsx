import { Trans } from '@lingui/react/macro';
import type { Role } from '../../contract/entry-base.ts';

/** A role in the language shown. */
export function RoleName({ role }: { role: Role }) {
  switch (role) {
    case 'officer':
      return <Trans>loan officer</Trans>;
    case 'supervisor':
      return <Trans>supervisor</Trans>;
    case 'auditor':
      return <Trans>auditor</Trans>;
    case 'it':
      return <Trans>IT</Trans>;
    case 'system':
      return <Trans>system</Trans>;
  }
}
