/** The whole of the screens: what the shell says about itself first, then the frame with its pages. */
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import type { ShellInfo } from '../../contract/native.ts';
import { type Connection, ConnectionProvider } from '../connection/connection.tsx';
import { isRetryable } from '../connection/failed-call.ts';
import { activateLanguage, startingLanguage } from '../language/languages.ts';
import { LocaleProvider } from '../language/locale.tsx';
import { cssVariablesResolver, styleNonce, theme } from '../look/theme.ts';
import { Door } from '../people/door.tsx';
import { forgetOnLeave } from '../people/forget.ts';
import { makeRouter } from './router.tsx';
import { ServiceGate } from './service-gate.tsx';
import { ShellInfoProvider } from './shell-info.tsx';

export function App({ connection }: { connection: Connection }) {
  const queries = useMemo(() => makeQueryClient(), []);
  const router = useMemo(() => makeRouter(), []);
  const [info, setInfo] = useState<ShellInfo | null>(null);

  useEffect(() => {
    const stop = new AbortController();
    void askForInfo(connection, stop.signal).then((told) => told && setInfo(told));
    return () => stop.abort();
  }, [connection]);
  // A restarted service may have recovered to an earlier state: what is on the screen is asked for again.
  useEffect(() => connection.service.onConnect(() => void queries.invalidateQueries()), [connection, queries]);

  useEffect(() => forgetOnLeave(connection.session, queries, () => void router.navigate({ to: '/' })), [connection, queries, router]);

  if (!info) return null;
  return (
    <ConnectionProvider connection={connection}>
      <QueryClientProvider client={queries}>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={cssVariablesResolver}
          defaultColorScheme={info.theme === 'system' ? 'auto' : info.theme}
          getStyleNonce={styleNonce}
        >
          <LocaleProvider initial={startingLanguage(info.language)} system={info.language}>
            <ShellInfoProvider info={info}>
              <ServiceGate>
                <Door>
                  <RouterProvider router={router} />
                </Door>
              </ServiceGate>
            </ShellInfoProvider>
          </LocaleProvider>
        </MantineProvider>
      </QueryClientProvider>
    </ConnectionProvider>
  );
}

/** Asks until it is told: without the shell's answer there is no language and no theme to show anything in. */
async function askForInfo(connection: Connection, stop: AbortSignal): Promise<ShellInfo | null> {
  while (!stop.aborted) {
    try {
      const info = await connection.native.ask((client, options) => client.info(undefined, options), stop);
      activateLanguage(startingLanguage(info.language));
      return info;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  return null;
}

function makeQueryClient(): QueryClient {
  const again = (count: number, error: Error) => isRetryable(error) && count < 3;
  return new QueryClient({
    defaultOptions: {
      // 'always': the default waits for a network, which a branch may not have; the service is on this PC.
      queries: { networkMode: 'always', retry: again, retryDelay: 300, staleTime: 5000, refetchOnWindowFocus: false },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
