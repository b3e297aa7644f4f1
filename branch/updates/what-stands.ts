/** For people at a terminal: what is active and what waits. */
import { listActive } from '../../db/active.ts';
import type { Reader } from '../../db/handle.ts';
import { listWaiting } from '../../db/waiting-releases.ts';

export function activeIn(reader: Reader) {
  return listActive(reader).map(({ product, alias, kind, name, version, activatedAt, suspendedBy }) => ({
    product,
    place: alias ?? kind,
    name,
    version,
    since: activatedAt,
    suspended: suspendedBy !== null,
  }));
}

export function waitingIn(reader: Reader) {
  return listWaiting(reader).map(({ product, alias, sha256, state, activateFrom }) => ({ product, alias, sha256, state, activateFrom }));
}
