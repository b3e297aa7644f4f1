/** Who is at work, at the foot of the rail, with the ways to leave the screen. */
import { Trans } from '@lingui/react/macro';
import { Menu, VisuallyHidden } from '@mantine/core';
import { IconChevronUp, IconKey, IconLock, IconLogout } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { FailureNote } from '../shell/failure-note.tsx';
import { RoleName } from '../shell/role-name.tsx';
import { useAtWork } from './session.tsx';
import { useSignOut } from './use-sign-out.ts';
import classes from './who.module.css';

export function Who() {
  const { present, lock } = useAtWork();
  const { name, role } = present;
  const navigate = useNavigate();
  const { signOut, failure } = useSignOut();
  return (
    <>
      {failure && <FailureNote failure={failure} />}
      <Menu position="top-start" width={220} withinPortal={false} trapFocus>
        <Menu.Target>
          <button type="button" className={classes.who}>
            <span className={classes.name}>{name}</span>
            <span className={classes.role}>
              <RoleName role={role} />
            </span>
            <VisuallyHidden>
              <Trans>lock, passphrase, sign out</Trans>
            </VisuallyHidden>
            <IconChevronUp size={16} aria-hidden className={classes.more} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconLock size={16} aria-hidden />} onClick={lock}>
            <Trans>Lock the screen</Trans>
          </Menu.Item>
          <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={() => void navigate({ to: '/passphrase' })}>
            <Trans>Change the passphrase</Trans>
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut()}>
            <Trans>Sign out</Trans>
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
