/** `dialog`: nothing is drawn; what a person would read goes to standard error. A test may replace it, as on Electron. */
import type { Dialog } from 'electron';
import { cover } from './cover.ts';

export const dialog = cover('dialog', {
  showErrorBox: (title: string, content: string) => void process.stderr.write(`[error box] ${title}: ${content}\n`),
} satisfies Pick<Dialog, 'showErrorBox'>);
