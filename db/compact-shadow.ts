/** Challengers' PDs beside a decision's row: few bytes in every row, and nothing to parse but numbers. */

/** Digits of a challenger's digest that a row keeps. Among the handful that one branch ever had they are one alone. */
export const SHADOW_DIGITS = 16;

/** @param text canonical JSON of an entry's `shadow` → `digits:pd` with commas between; a PD that there is not is `null` */
export function compactShadow(text: string): string {
  return text.slice(1, -1).replaceAll(MEMBER, '$1:');
}

const MEMBER = new RegExp(`"([0-9a-f]{${SHADOW_DIGITS}})[0-9a-f]{${64 - SHADOW_DIGITS}}":`, 'g');
