import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../../renderer/look/tokens.css', import.meta.url), 'utf8');

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function tokens(scheme: 'light' | 'dark'): Record<string, string> {
  const block = css.slice(css.indexOf(`[data-mantine-color-scheme="${scheme}"]`)).split('}')[0] ?? '';
  return Object.fromEntries([...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]));
}

const GROUNDS = ['canvas', 'surface', 'sunken'];
const PAIRS = [
  ...GROUNDS.flatMap((ground) => ['ink', 'ink-soft', 'accent', 'approve', 'refer', 'decline'].map((ink) => [ink, ground])),
  ...['approve', 'refer', 'decline', 'accent'].flatMap((tone) => [tone, 'ink', 'ink-soft'].map((ink) => [ink, `${tone}-ground`])),
  ['rail-ink', 'rail'],
  ['rail-ink', 'rail-active'],
];

describe.each(['light', 'dark'] as const)('the %s colours', (scheme) => {
  const of = tokens(scheme);

  it.each(PAIRS)('put %s on %s with at least 4.5:1 (WCAG 1.4.3)', (ink = '', ground = '') => {
    expect(contrast(of[ink] ?? '', of[ground] ?? '')).toBeGreaterThanOrEqual(4.5);
  });

  it.each(GROUNDS)('draw the borders of inputs on %s with at least 3:1 (WCAG 1.4.11)', (ground) => {
    expect(contrast(of['line-strong'] ?? '', of[ground] ?? '')).toBeGreaterThanOrEqual(3);
  });
});
