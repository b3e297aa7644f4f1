/** Which rows of a long list are in view. All rows have one height, so nothing is kept per row: a million cost what ten cost. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Height of a row in pixels. Chromium draws nothing beyond 33,554,428 px: a million rows of 33 fit. */
export const ROW_PX = 33;
/** Height of the heading, which stays in view. */
export const HEAD_PX = 36;
/** Rows kept on either side of those in view. */
const OVERSCAN = 8;

export interface RowWindow {
  /** For the element that scrolls. */
  scroller: RefObject<HTMLDivElement | null>;
  /** Indices of the rows to draw. */
  indices: number[];
  /** Rows that fit. */
  fitting: number;
  /** Brings a row into view with the least scrolling, or into the middle. */
  scrollTo: (index: number, where: 'nearest' | 'middle') => void;
}

export function useRowWindow(count: number): RowWindow {
  const scroller = useRef<HTMLDivElement>(null);
  const [{ first, fitting }, setSeen] = useState({ first: 0, fitting: 0 });
  const look = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const now = {
      first: Math.floor(element.scrollTop / ROW_PX),
      fitting: Math.max(Math.floor((element.clientHeight - HEAD_PX) / ROW_PX), 1),
    };
    // Within a row nothing has to be drawn again.
    setSeen((before) => (before.first === now.first && before.fitting === now.fitting ? before : now));
  }, []);
  useLayoutEffect(look, [look]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const resized = new ResizeObserver(look);
    resized.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [look]);
  const scrollTo = useCallback(
    (index: number, where: 'nearest' | 'middle') => {
      const element = scroller.current;
      if (!element) return;
      const room = element.clientHeight - HEAD_PX;
      const [top, bottom] = [index * ROW_PX, (index + 1) * ROW_PX];
      if (where === 'middle') element.scrollTop = Math.max(top - (room - ROW_PX) / 2, 0);
      else if (top < element.scrollTop) element.scrollTop = top;
      else if (bottom > element.scrollTop + room) element.scrollTop = bottom - room;
      look();
    },
    [look],
  );
  const from = Math.max(Math.min(first, count - 1) - OVERSCAN, 0);
  const to = Math.min(first + fitting + 1 + OVERSCAN, count);
  return { scroller, indices: Array.from({ length: Math.max(to - from, 0) }, (_, i) => from + i), fitting, scrollTo };
}
