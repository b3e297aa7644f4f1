/** Notices that nobody has touched keyboard or pointer for a while. */
import { useEffect } from 'react';

const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
const LOOK_MS = 1000;

/** Calls `onIdle` once after so many milliseconds without a key or a movement; time that the PC slept counts. `onIdle` must be stable. */
export function useIdle(afterMs: number, onIdle: () => void): void {
  useEffect(() => {
    // Two clocks: one stands still while the PC sleeps, the other can be set back.
    let [wall, mono] = [Date.now(), performance.now()];
    const touched = () => {
      [wall, mono] = [Date.now(), performance.now()];
    };
    const timer = setInterval(
      () => {
        if (Date.now() - wall < afterMs && performance.now() - mono < afterMs) return;
        clearInterval(timer);
        onIdle();
      },
      Math.min(LOOK_MS, afterMs),
    );
    for (const sign of SIGNS) window.addEventListener(sign, touched, { capture: true, passive: true });
    return () => {
      clearInterval(timer);
      for (const sign of SIGNS) window.removeEventListener(sign, touched, { capture: true });
    };
  }, [afterMs, onIdle]);
}
