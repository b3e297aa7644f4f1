/** What the shell told about itself at start. */
import { createContext, type ReactNode, use } from 'react';
import type { ShellInfo } from '../../contract/native.ts';

const ShellInfoContext = createContext<ShellInfo | null>(null);

export function ShellInfoProvider({ info, children }: { info: ShellInfo; children: ReactNode }) {
  return <ShellInfoContext value={info}>{children}</ShellInfoContext>;
}

export function useShellInfo(): ShellInfo {
  const info = use(ShellInfoContext);
  if (!info) throw new Error('useShellInfo outside of ShellInfoProvider');
  return info;
}
