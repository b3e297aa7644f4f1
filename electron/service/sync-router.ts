/** Calls about sync: each is one use case of branch/sync. */
import type { SyncAccess } from '../../branch/sync/sync-access.ts';
import { Failed } from '../../contract/failure.ts';
import type { Implementation } from './implementation.ts';

export function syncHandlers(os: Implementation['sync'], access: SyncAccess) {
  return {
    state: os.state.handler(({ context }) => access.view(context.branch)),
    now: os.now.handler(({ context }) => access.now(context.branch, context.until)),
    set: os.set.handler(({ context, input }) => access.set(context.branch, withoutGaps(input))),
    exportStick: os.exportStick.handler(({ context, input }) =>
      access.exportStick(context.branch, requireFolder(input.folder), context.until),
    ),
    importStick: os.importStick.handler(({ context, input }) => access.importStick(context.branch, requireFolder(input.folder))),
  };
}

/** What a page left out stays as it was. */
function withoutGaps<T extends object>(input: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as never;
}

/** @throws Failed `usage` */
function requireFolder(folder: string): string {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(folder)) return folder;
  throw new Failed({
    kind: 'usage',
    happened: 'That is a web address and no folder.',
    safe: 'Nothing was read or written.',
    next: 'Choose the folder of the stick.',
    facts: {},
  });
}
