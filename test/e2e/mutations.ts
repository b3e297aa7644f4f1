/** One protection taken out of the built main process each; the check beside it must notice. */
import {
  type Check,
  navigationIsRefused,
  pagesStayInTheirFolder,
  permissionsAreDenied,
  policyIsStrict,
  popupsAreRefused,
  strangersGetNoPort,
} from './checks.ts';
import type { Mutation } from './variant.ts';

export const MUTATIONS: Record<string, { mutation: Mutation; check: Check }> = {
  'without-navigation-guard': {
    mutation: {
      find: `contents.on("will-navigate", (event) => event.preventDefault());
		contents.on("will-frame-navigate", (event) => event.preventDefault());`,
      replace: '',
    },
    check: navigationIsRefused,
  },
  'with-popups': { mutation: { find: 'contents.setWindowOpenHandler(() => ({ action: "deny" }))', replace: '' }, check: popupsAreRefused },
  'without-policy': { mutation: { find: '"content-security-policy": contentSecurityPolicy(nonce),', replace: '' }, check: policyIsStrict },
  'without-sender-check': {
    mutation: { find: 'if (!isOwnPage(event, window) || rest.length > 0) {', replace: 'if (false) {' },
    check: strangersGetNoPort,
  },
  'with-permissions': {
    mutation: { find: 'defaultSession.setPermissionCheckHandler(() => false);', replace: 'return;' },
    check: permissionsAreDenied,
  },
  'without-containment': {
    mutation: { find: 'if (!isInside(root, file)) return { status: 403 };', replace: '' },
    check: pagesStayInTheirFolder,
  },
};
