/** What the component library asks of a browser and jsdom does not have: layout, media queries, scrolling. */
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

window.matchMedia ??= (query) =>
  ({
    matches: false,
    media: query,
    addEventListener() {},
    removeEventListener() {},
    addListener() {},
    removeListener() {},
  }) as unknown as MediaQueryList;

// Two cores may be shared by many runs: a slow answer is no wrong answer.
configure({ asyncUtilTimeout: 10_000 });

const WIDTH = 900;
const HEIGHT = 600;

class FixedResizeObserver {
  readonly #tell: ResizeObserverCallback;
  constructor(tell: ResizeObserverCallback) {
    this.#tell = tell;
  }
  observe(target: Element) {
    const box = [{ inlineSize: WIDTH, blockSize: HEIGHT }];
    const entry = {
      target,
      contentRect: { width: WIDTH, height: HEIGHT },
      borderBoxSize: box,
      contentBoxSize: box,
      devicePixelContentBoxSize: box,
    };
    this.#tell([entry as unknown as ResizeObserverEntry], this as unknown as ResizeObserver);
  }
  unobserve() {}
  disconnect() {}
}
window.ResizeObserver ??= FixedResizeObserver as unknown as typeof ResizeObserver;
Element.prototype.scrollIntoView ??= () => {};
Element.prototype.scrollTo ??= () => {};
const lengths = { offsetHeight: HEIGHT, clientHeight: HEIGHT, offsetWidth: WIDTH, clientWidth: WIDTH };
for (const [name, value] of Object.entries(lengths))
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => value });
window.scrollTo = () => {};
if (!document.fonts) Object.assign(document, { fonts: { addEventListener() {}, removeEventListener() {} } });

afterEach(() => {
  cleanup();
  localStorage.clear();
  location.hash = '';
});
