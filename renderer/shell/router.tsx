/** The pages, by hash: `file`-like origins have no server that could answer a path. */
import { createHashHistory, createRootRoute, createRoute, createRouter, type RouterHistory } from '@tanstack/react-router';
import { NewApplicationPage } from '../application/new-application-page.tsx';
import { DecisionPage } from '../decision/decision-page.tsx';
import { DecisionsPage } from '../decisions/decisions-page.tsx';
import { LogPage } from '../log/log-page.tsx';
import { ModelPage } from '../model/model-page.tsx';
import { Frame } from './frame.tsx';

const root = createRootRoute({ component: Frame });
const newApplication = createRoute({ getParentRoute: () => root, path: '/', component: NewApplicationPage });
const decisions = createRoute({ getParentRoute: () => root, path: '/decisions', component: DecisionsPage });
export const decisionRoute = createRoute({
  getParentRoute: () => root,
  path: '/decisions/$seq',
  component: function DecisionRoute() {
    return <DecisionPage seq={Number(decisionRoute.useParams().seq)} />;
  },
});
const log = createRoute({ getParentRoute: () => root, path: '/log', component: LogPage });
const model = createRoute({ getParentRoute: () => root, path: '/model', component: ModelPage });

const routeTree = root.addChildren([newApplication, decisions, decisionRoute, log, model]);

export function makeRouter(history: RouterHistory = createHashHistory()) {
  return createRouter({ routeTree, history });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
