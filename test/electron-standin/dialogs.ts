/** `dialog`: nothing is drawn; what a person would read goes to standard error, and choices are left unmade. A test may replace it, as on Electron. */
import type { Dialog } from 'electron';
import { cover } from './cover.ts';

export const dialog = cover('dialog', {
  showErrorBox: (title: string, content: string) => void process.stderr.write(`[error box] ${title}: ${content}\n`),
  showOpenDialog: () => {
    process.stderr.write('[open dialog] closed without a choice\n');
    return Promise.resolve({ canceled: true, filePaths: [] });
  },
} satisfies Pick<Dialog, 'showErrorBox' | 'showOpenDialog'>);
