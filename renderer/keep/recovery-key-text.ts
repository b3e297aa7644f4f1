/** A recovery key as somebody types it from paper: any case, with or without hyphens and spaces, O for 0 and I or L for 1. */

/** Seven groups of five. */
export const KEY_LETTERS = 35;
const GROUP = 5;
/** Crockford's base 32: no I, L, O, U. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The letters alone, with what is easily misread put right. Others that no key has are left in. */
export function lettersOf(typed: string): string {
  return typed
    .toUpperCase()
    .replaceAll(/[\s\-\u2010-\u2015\u2212_.]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
}

/** As it stands on paper. */
export function inGroups(letters: string): string {
  return (letters.match(new RegExp(`.{1,${GROUP}}`, 'gu')) ?? []).join('-');
}

/** Letters that no key has; empty: none. */
export function strangeLetters(letters: string): string[] {
  return [...new Set(Array.from(letters).filter((letter) => !LETTERS.includes(letter)))];
}
