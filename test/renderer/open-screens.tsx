/** The whole of the screens on a fake office, in jsdom. */
import { render } from '@testing-library/react';
import { openConnection } from '../../renderer/connection/connection.tsx';
import { App } from '../../renderer/shell/app.tsx';
import { FakeOffice, type FakeOptions } from './fake-office.ts';
import { FakeShell, type ShellOptions } from './fake-shell.ts';

export function openScreens(options: FakeOptions & ShellOptions & { office?: FakeOffice; at?: string } = {}) {
  const connection = openConnection();
  const office = options.office ?? new FakeOffice(options);
  const shell = new FakeShell(connection, office, options);
  location.hash = options.at ?? '#/';
  const { unmount } = render(<App connection={connection} />);
  return { office, shell, unmount };
}
