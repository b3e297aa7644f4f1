/** In front of every page: nobody passes who has not come in, and a locked screen shows nothing of what is behind it. */
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { useConnection } from '../connection/connection.tsx';
import type { Present } from '../connection/session-store.ts';
import { Starting } from '../shell/starting.tsx';
import { FirstStartPage } from './first-start-page.tsx';
import { useIdle } from './idle.ts';
import { LockedPage } from './locked-page.tsx';
import { MustChangePage } from './must-change-page.tsx';
import { AtWorkProvider, useSession } from './session.tsx';
import { SignInPage } from './sign-in-page.tsx';

export function Door({ children }: { children: ReactNode }) {
  const session = useSession();
  const { isHidden, hide, show } = useHidden();
  switch (session?.state) {
    case undefined:
      return <Starting />;
    case 'first-use':
      return <FirstStartPage />;
    case 'signed-out':
      return <SignInPage onIn={show} />;
    case 'locked':
      return <LockedPage key={session.account} present={session} onIn={show} />;
    case 'must-change':
      return <MustChangePage present={session} />;
    case 'signed-in':
      if (isHidden) return <LockedPage key={session.account} present={session} onIn={show} />;
      return (
        <Inside key={session.account} present={session} lock={hide}>
          {children}
        </Inside>
      );
  }
}

function Inside({ present, lock, children }: { present: Present; lock: () => void; children: ReactNode }) {
  useIdle(present.lockAfterMs, lock);
  return (
    <AtWorkProvider present={present} lock={lock}>
      {children}
    </AtWorkProvider>
  );
}

/** How long until the service is told again that the screen is locked, when it could not be told. */
const TELL_AGAIN_MS = 1000;

/** Hiding does not wait for anybody: the pages go first (and save what is typed), then the service is told until it knows. */
function useHidden() {
  const { service, session } = useConnection();
  const [isHidden, setHidden] = useState(false);
  useEffect(() => {
    if (!isHidden) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const tell = async () => {
      try {
        session.receive(await service.ask((client, options) => client.door.lock(undefined, options), stop.signal));
      } catch {
        // A service that restarts takes the session up again, unlocked, and must be told then.
        if (!stop.signal.aborted) timer = setTimeout(() => void tell(), TELL_AGAIN_MS);
      }
    };
    // Drafts that the pages saved while they went are on the line already.
    timer = setTimeout(() => void tell());
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [isHidden, service, session]);
  return { isHidden, hide: useCallback(() => setHidden(true), []), show: useCallback(() => setHidden(false), []) };
}
