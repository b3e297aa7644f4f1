/** Progress on a terminal; a file or a pipe gets none of it. */

const WIDTH = 28;
/** Redrawing more often than the eye can see costs more than the work. */
const EVERY_MS = 80;

export class ProgressBar {
  readonly #shown = process.stderr.isTTY === true;
  #last = 0;

  /** @param share done, 0 to 1 */
  show(share: number, words: string): void {
    const now = Date.now();
    if (!this.#shown || now - this.#last < EVERY_MS) return;
    this.#last = now;
    const filled = Math.round(Math.min(1, Math.max(0, share)) * WIDTH);
    process.stderr.write(`\r\x1b[2K${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${words}`);
  }

  clear(): void {
    if (this.#shown && this.#last > 0) process.stderr.write('\r\x1b[2K');
  }
}
