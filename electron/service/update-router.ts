/** Calls about what is active and what is offered: each is one use case of branch/activation. */
import { confirmChange, dismissChange, resume, rollBack, suspend, switchTo } from '../../branch/activation/change-models.ts';
import { compareOwnShadow } from '../../branch/activation/compare-shadow.ts';
import { checkForUpdates, type UpdateAccess, updateState } from '../../branch/activation/update-state.ts';
import { updateHistory } from '../../branch/activation/what-is-held.ts';
import { Failed } from '../../contract/failure.ts';
import type { Implementation } from './implementation.ts';

export function updateHandlers(os: Implementation['updates'], access: UpdateAccess) {
  return {
    state: os.state.handler(({ context }) => updateState(context.branch, access)),
    check: os.check.handler(({ context }) => checkForUpdates(context.branch, access, null, context.until)),
    checkFolder: os.checkFolder.handler(({ context, input }) =>
      checkForUpdates(context.branch, access, requireFolder(input.folder), context.until),
    ),
    history: os.history.handler(({ context, input }) => updateHistory(context.branch.log.db, input.offset, input.limit)),
    shadow: os.shadow.handler(({ context, input }) => compareOwnShadow(context.branch, input.product, input.challenger)),
    switchTo: os.switchTo.handler(({ context, input }) => switchTo(context.branch, input.product, input.sha256)),
    rollBack: os.rollBack.handler(({ context, input }) => rollBack(context.branch, input.product)),
    suspend: os.suspend.handler(({ context, input }) => suspend(context.branch, input.product, input.reason)),
    resume: os.resume.handler(({ context, input }) => resume(context.branch, input.product)),
    confirm: os.confirm.handler(({ context, input }) => confirmChange(context.branch, input.proposal)),
    dismiss: os.dismiss.handler(({ context, input }) => dismissChange(context.branch, input.proposal)),
  };
}

/** An address would be asked over the network, by whatever a page names. @throws Failed `usage` */
function requireFolder(folder: string): string {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(folder)) return folder;
  throw new Failed({
    kind: 'usage',
    happened: 'That is a web address and no folder.',
    safe: 'Nothing was fetched.',
    next: 'Choose the folder of the stick.',
    facts: {},
  });
}
