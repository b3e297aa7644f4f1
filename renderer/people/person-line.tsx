/** A person's name over account and role. */
import { IconUserCircle } from '@tabler/icons-react';
import type { Present } from '../connection/session-store.ts';
import { RoleName } from '../shell/role-name.tsx';
import classes from './door.module.css';

export function PersonLine({ of: { name, account, role } }: { of: Present }) {
  return (
    <div className={classes.who}>
      <IconUserCircle size={38} stroke={1.3} aria-hidden />
      <strong>{name}</strong>
      <span>
        {account} · <RoleName role={role} />
      </span>
    </div>
  );
}
