/** Shows the pages while the branch service works, and otherwise says plainly what is the matter. */
import { Trans } from '@lingui/react/macro';
import type { ContractRouterClient } from '@orpc/contract';
import { IconRefresh } from '@tabler/icons-react';
import { type ReactNode, useEffect } from 'react';
import type { nativeContract, ServiceState } from '../../contract/native.ts';
import { useConnection } from '../connection/connection.tsx';
import { useWatched } from '../connection/watch.ts';
import { FailurePage } from './failure-page.tsx';
import classes from './gate.module.css';
import { PassphrasePage } from './passphrase-page.tsx';
import { Starting } from './starting.tsx';

const openServiceState = (client: ContractRouterClient<typeof nativeContract>, options: { signal: AbortSignal }) =>
  client.service(undefined, options);

export function ServiceGate({ children }: { children: ReactNode }) {
  const { native, service } = useConnection();
  const state = useWatched(native, openServiceState);
  const gone = state?.state === 'restarting';
  // A killed process may leave its port open on this side; its calls would wait for ever. The new port comes only after this.
  useEffect(() => {
    if (gone) service.disconnect();
  }, [gone, service]);
  return <GatedBy state={state}>{children}</GatedBy>;
}

/**
 * `starting`, `needs-passphrase` and `failed` stand in place of everything else.
 * While the service restarts the pages stay, with a banner: what is typed must not vanish.
 */
export function GatedBy({ state, children }: { state: ServiceState | null; children: ReactNode }) {
  switch (state?.state) {
    case undefined:
    case 'starting':
      return <Starting />;
    case 'needs-passphrase':
      return <PassphrasePage firstUse={state.firstUse} wrong={state.wrong} />;
    case 'failed':
      return <FailurePage failure={state.failure} />;
    case 'restarting':
    case 'ready':
      // One shape for both: the pages must not be made anew, or what is typed would go.
      return (
        <>
          {state.state === 'restarting' && (
            <div className={classes.banner} role="status">
              <IconRefresh size={16} aria-hidden />
              <Trans>The branch service is restarting. What you typed is kept; stored decisions are safe.</Trans>
            </div>
          )}
          {children}
        </>
      );
  }
}
