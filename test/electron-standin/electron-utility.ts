/** What `import … from 'electron'` gives in a utility process: `net.fetch` over Node's own, which knows no proxy. */
import type { Net } from 'electron';
import { cover } from './cover.ts';

export const net = cover('net', {
  fetch: (input, init) => fetch(input, init),
} satisfies Pick<Net, 'fetch'>);
