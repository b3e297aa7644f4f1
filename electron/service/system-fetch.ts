/**
 * The network as this PC's own settings reach it: the system's proxy (also by a PAC file), its certificates, its sign-in at the proxy. Node's `fetch`
 * knows none of them. Electron offers `net` to utility processes since version 29 (electron#40017).
 */
import { net } from 'electron';

export const systemFetch: typeof globalThis.fetch = (input, init) => net.fetch(input instanceof URL ? input.href : input, init);
