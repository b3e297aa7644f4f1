/** Waiting, by whoever's clock it is. */
import type { Line } from './call-head-office.ts';

export async function wait({ timers }: Pick<Line, 'timers'>, ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms < 1) return;
  const over = Promise.withResolvers<void>();
  const timer = timers.set(over.resolve, ms);
  const stop = () => over.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await over.promise;
  } finally {
    timers.clear(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** @returns to be awaited after each part: until no more than `bytesPerSecond` has gone since `began` */
export function pacer(line: Pick<Line, 'timers' | 'clock'>, bytesPerSecond: number | null, signal: AbortSignal) {
  const began = line.clock.mono();
  let sent = 0;
  return async (bytes: number): Promise<void> => {
    sent += bytes;
    if (bytesPerSecond !== null) await wait(line, (sent * 1000) / bytesPerSecond - (line.clock.mono() - began), signal);
  };
}
