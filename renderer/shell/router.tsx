/** The pages, by hash: `file`-like origins have no server that could answer a path. */
import { createHashHistory, createRootRoute, createRoute, createRouter, type RouterHistory } from '@tanstack/react-router';
import { AuditPage } from '../audit/audit-page.tsx';
import { AuditRoom } from '../audit/audit-room.tsx';
import { EntryPage } from '../audit/entry-page.tsx';
import { DecisionPage } from '../decision/decision-page.tsx';
import { DecisionsPage } from '../decisions/decisions-page.tsx';
import { BackupPage } from '../keep/backup-page.tsx';
import { ErasurePage } from '../keep/erasure-page.tsx';
import { PrivacyPage } from '../keep/privacy-page.tsx';
import { LogPage } from '../log/log-page.tsx';
import { ModelPage } from '../model/model-page.tsx';
import { ChangePassphrasePage } from '../people/change-passphrase-page.tsx';
import { PeoplePage } from '../people/people-page.tsx';
import { ReceiptPage } from '../receipt/receipt-page.tsx';
import { ReviewsPage } from '../reviews/reviews-page.tsx';
import { SyncPage } from '../sync/sync-page.tsx';
import { UpdatesPage } from '../updates/updates-page.tsx';
import { Frame } from './frame.tsx';
import { StartPage } from './start-page.tsx';

const root = createRootRoute({ component: Frame });
const start = createRoute({ getParentRoute: () => root, path: '/', component: StartPage });
const decisions = createRoute({ getParentRoute: () => root, path: '/decisions', component: DecisionsPage });
export const decisionRoute = createRoute({
  getParentRoute: () => root,
  path: '/decisions/$seq',
  component: function DecisionRoute() {
    return <DecisionPage seq={Number(decisionRoute.useParams().seq)} />;
  },
});
export const receiptRoute = createRoute({
  getParentRoute: () => root,
  path: '/decisions/$seq/receipt',
  component: function ReceiptRoute() {
    return <ReceiptPage seq={Number(receiptRoute.useParams().seq)} />;
  },
});
const reviews = createRoute({ getParentRoute: () => root, path: '/reviews', component: ReviewsPage });
const audit = createRoute({ getParentRoute: () => root, path: '/audit', component: AuditRoom });
const auditLog = createRoute({ getParentRoute: () => audit, path: '/', component: AuditPage });
const entryRoute = createRoute({
  getParentRoute: () => audit,
  path: '$seq',
  component: function EntryRoute() {
    const { seq } = entryRoute.useParams();
    return <EntryPage key={seq} seq={Number(seq)} />;
  },
});
const log = createRoute({ getParentRoute: () => root, path: '/log', component: LogPage });
const people = createRoute({ getParentRoute: () => root, path: '/people', component: PeoplePage });
const privacy = createRoute({ getParentRoute: () => root, path: '/privacy', component: PrivacyPage });
const erasureRoute = createRoute({
  getParentRoute: () => root,
  path: '/privacy/$seq',
  component: function ErasureRoute() {
    const { seq } = erasureRoute.useParams();
    return <ErasurePage key={seq} seq={Number(seq)} />;
  },
});
const backup = createRoute({ getParentRoute: () => root, path: '/backup', component: BackupPage });
const updates = createRoute({ getParentRoute: () => root, path: '/updates', component: UpdatesPage });
const sync = createRoute({ getParentRoute: () => root, path: '/sync', component: SyncPage });
const passphrase = createRoute({ getParentRoute: () => root, path: '/passphrase', component: ChangePassphrasePage });
const model = createRoute({ getParentRoute: () => root, path: '/model', component: ModelPage });

const routeTree = root.addChildren([
  start,
  decisions,
  decisionRoute,
  receiptRoute,
  reviews,
  privacy,
  erasureRoute,
  people,
  backup,
  updates,
  sync,
  passphrase,
  audit.addChildren([auditLog, entryRoute]),
  log,
  model,
]);

export function makeRouter(history: RouterHistory = createHashHistory()) {
  return createRouter({ routeTree, history });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
