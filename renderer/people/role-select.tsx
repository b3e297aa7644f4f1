import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { NativeSelect } from '@mantine/core';
import { type PersonRole, personRole } from '../../contract/people.ts';

const ROLES = {
  officer: msg`Loan officer: enters and decides applications`,
  supervisor: msg`Supervisor: also reviews what others decided`,
  auditor: msg`Auditor: reads the whole log, decides nothing`,
  it: msg`IT: accounts and backups, sees no applicant`,
} as const;
const SHORT = { officer: msg`loan officer`, supervisor: msg`supervisor`, auditor: msg`auditor`, it: msg`IT` } as const;

interface Props {
  label: string;
  /** In a row of a table: short names, and the label is for screen readers. */
  compact?: boolean;
  value: PersonRole;
  onChange: (role: PersonRole) => void;
  disabled?: boolean;
}

/** The system's own list: every role is one key away. */
export function RoleSelect({ label, compact = false, value, onChange, disabled = false }: Props) {
  const { i18n } = useLingui();
  const names = compact ? SHORT : ROLES;
  return (
    <NativeSelect
      {...(compact ? { 'aria-label': label, size: 'xs' } : { label })}
      value={value}
      onChange={(event) => onChange(personRole.parse(event.currentTarget.value))}
      disabled={disabled}
      data={personRole.options.map((role) => ({ value: role, label: i18n._(names[role]) }))}
    />
  );
}
