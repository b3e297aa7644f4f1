/** The rail with the pages on the left, the page, and the status bar that is always there. */
import { Trans, useLingui } from '@lingui/react/macro';
import { IconChecklist, IconFileCertificate, IconForms, IconListDetails, type TablerIcon } from '@tabler/icons-react';
import { Link, Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FilterMemory } from '../decisions/filter-memory.tsx';
import { Appearance } from './appearance.tsx';
import classes from './frame.module.css';
import { useShellInfo } from './shell-info.tsx';
import { StatusBar } from './status-bar.tsx';

export function Frame() {
  const { t } = useLingui();
  const { version } = useShellInfo();
  return (
    <div className={classes.frame}>
      <header className={classes.rail} data-no-print>
        <div className={classes.brand}>
          <svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true">
            <path d="M12 2 21 6v6c0 5-3.8 8.6-9 10-5.2-1.4-9-5-9-10V6z" fill="none" stroke="currentColor" strokeWidth="1.6" />
            <path d="m8 12.2 2.8 2.8L16.2 9.4" fill="none" stroke="currentColor" strokeWidth="1.8" />
          </svg>
          <span>Outpost</span>
          <small>{version}</small>
        </div>
        <nav aria-label={t`Pages`} className={classes.pages}>
          <PageLink to="/" icon={IconForms}>
            <Trans>New application</Trans>
          </PageLink>
          <PageLink to="/decisions" icon={IconListDetails}>
            <Trans>Decisions</Trans>
          </PageLink>
          <PageLink to="/log" icon={IconChecklist}>
            <Trans>Log</Trans>
          </PageLink>
          <PageLink to="/model" icon={IconFileCertificate}>
            <Trans>Model</Trans>
          </PageLink>
        </nav>
        <Appearance />
      </header>
      <main className={classes.page} id="page">
        <FilterMemory>
          <Outlet />
        </FilterMemory>
      </main>
      <StatusBar />
    </div>
  );
}

function PageLink({ to, icon: Icon, children }: { to: '/' | '/decisions' | '/log' | '/model'; icon: TablerIcon; children: ReactNode }) {
  return (
    <Link
      to={to}
      className={classes.link}
      activeProps={{ 'data-active': true, 'aria-current': 'page' }}
      activeOptions={{ exact: to === '/', includeSearch: false }}
    >
      <Icon size={18} stroke={1.7} aria-hidden />
      <span>{children}</span>
    </Link>
  );
}
