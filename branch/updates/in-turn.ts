/** Work on the same files one after the other, whoever asks: a check by the clock, one by a person, a stick that was put in meanwhile. */

const last = new Map<string, Promise<unknown>>();

/** @param place what the work is on, a path say */
export async function inTurn<T>(place: string, work: () => Promise<T>): Promise<T> {
  const before = last.get(place) ?? Promise.resolve();
  // What went wrong with the one before was told to whoever asked for it.
  const mine = before.catch(() => undefined).then(work);
  last.set(place, mine);
  try {
    return await mine;
  } finally {
    if (last.get(place) === mine) last.delete(place);
  }
}

export function isTaken(place: string): boolean {
  return last.has(place);
}
