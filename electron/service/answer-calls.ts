/** Everything that the screens' calls take besides the branch itself. */
import { RPCHandler } from '@orpc/server/message-port';
import type { Branch } from '../../branch/open-branch.ts';
import { Line } from '../../branch/people/line.ts';
import { endLeftSessions, Sessions } from '../../branch/people/sessions.ts';
import { makeRouter, type Shell } from './router.ts';

export interface Calls {
  /** A page's port, over which it will call; who is at work is each port's own affair. */
  answer(port: Electron.MessagePortMain): void;
  /** Who is at work, and whether something is being answered: for the program's own update. */
  presence(): { atWork: string[]; isBusy: boolean };
  /** Signs out whoever is at work. */
  close(): void;
}

/** @param isRestart the service was restarted under people at work: their sessions may be resumed. Otherwise nobody is at work yet */
export function answerCalls(branch: Branch, isRestart: boolean, shell: Shell): Calls {
  if (!isRestart) endLeftSessions(branch);
  const sessions = new Sessions(branch);
  const handler = new RPCHandler(makeRouter(shell));
  return {
    answer(port) {
      const line = new Line(sessions);
      handler.upgrade(port, { context: { line } });
      port.on('close', () => line.close());
      port.start();
    },
    presence: () => ({ atWork: sessions.atWork(), isBusy: sessions.isBusy }),
    close: () => sessions.close(),
  };
}
