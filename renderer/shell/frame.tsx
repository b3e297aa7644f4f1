/** The rail with the pages and the person on the left, the page, and the status bar that is always there. */
import { useLingui } from '@lingui/react/macro';
import { Link, Outlet } from '@tanstack/react-router';
import { FilterMemory } from '../decisions/filter-memory.tsx';
import { useAtWork } from '../people/session.tsx';
import { Who } from '../people/who.tsx';
import { Appearance } from './appearance.tsx';
import { Brand } from './brand.tsx';
import classes from './frame.module.css';
import { useOfficeStatus } from './office-status.ts';
import { type Page, pagesFor } from './pages.ts';
import { StatusBar } from './status-bar.tsx';
import { Troubles } from './troubles.tsx';

export function Frame() {
  const { t } = useLingui();
  const { permissions } = useAtWork().present;
  const status = useOfficeStatus();
  return (
    <div className={classes.frame}>
      <header className={classes.rail} data-no-print>
        <Brand />
        <nav aria-label={t`Pages`} className={classes.pages}>
          {pagesFor(permissions).map((page) => (
            <PageLink key={page.to} of={page} />
          ))}
        </nav>
        <Who />
        <Appearance />
      </header>
      <main className={classes.page} id="page">
        {status && <Troubles of={status} />}
        <FilterMemory>
          <Outlet />
        </FilterMemory>
      </main>
      <StatusBar status={status} />
    </div>
  );
}

function PageLink({ of: { to, icon: Icon, name } }: { of: Page }) {
  const { i18n } = useLingui();
  return (
    <Link
      to={to}
      className={classes.link}
      activeProps={{ 'data-active': true, 'aria-current': 'page' }}
      activeOptions={{ exact: to === '/', includeSearch: false }}
    >
      <Icon size={18} stroke={1.7} aria-hidden />
      <span>{i18n._(name)}</span>
    </Link>
  );
}
