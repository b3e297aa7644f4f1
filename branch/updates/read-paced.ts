/**
 * Reads a file of a repository piece by piece and gives a line up that stalls or only trickles (slow retrieval attack), in the place of one time
 * limit for a whole body, which a slow honest line cannot keep. What updates take of the line can be limited.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LineLimits } from './limits.ts';
import { LinkError } from './link-error.ts';
import type { OpenedFile, Source } from './source.ts';

export interface PacedFile {
  offset: number;
  total: number | null;
  pieces(): AsyncGenerator<Uint8Array, void, void>;
  /** For a file that is not wanted after all; `pieces` closes by itself. */
  close(): void;
}

/** Opens within `idleMs`. The signal ends it at any time, with its reason. @throws LinkError */
export async function openPaced(source: Source, file: string, from: number, line: LineLimits, signal: AbortSignal): Promise<PacedFile> {
  const controller = new AbortController();
  const either = AbortSignal.any([signal, controller.signal]);
  try {
    const opened = await inTime(source.open(file, from, either), file, line, signal);
    const close = () => {
      opened.close();
      controller.abort();
    };
    return { offset: opened.offset, total: opened.total, pieces: () => paced(opened, file, line, signal, close), close };
  } catch (error) {
    controller.abort(error);
    throw error;
  }
}

async function* paced(
  opened: OpenedFile,
  file: string,
  line: LineLimits,
  signal: AbortSignal,
  close: () => void,
): AsyncGenerator<Uint8Array, void, void> {
  const began = performance.now();
  let all = 0;
  let waited = 0;
  let came = 0;
  try {
    for (;;) {
      const before = performance.now();
      const piece = await inTime(opened.read(), file, line, signal);
      if (piece === null) return;
      // Only time spent waiting for the other side counts: our own pauses below are not its slowness.
      waited += performance.now() - before;
      came += piece.length;
      all += piece.length;
      if (waited >= line.speedWindowMs) {
        if ((came * 1000) / waited < line.minBytesPerSecond)
          throw new LinkError('slow', file, `fewer than ${line.minBytesPerSecond} bytes a second came`);
        waited = 0;
        came = 0;
      }
      yield piece;
      if (line.bytesPerSecond !== null) await pause((all * 1000) / line.bytesPerSecond - (performance.now() - began), signal);
    }
  } finally {
    close();
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms < 1) return;
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    // Node says only that it was aborted; the signal knows why.
    throw signal.aborted ? signal.reason : error;
  }
}

/** What does not come in time is given up, whether the other side hears of it or not. */
async function inTime<T>(work: Promise<T>, file: string, { idleMs }: LineLimits, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new LinkError('stalled', file, `nothing came for ${idleMs} ms`)), idleMs);
  const stop = () => late.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, late.promise]);
  } catch (error) {
    // Given up while it was under way: whatever it still says is nobody's concern.
    work.catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
