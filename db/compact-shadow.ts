/** Challengers' PDs beside a decision's row: few bytes in every row, and nothing to parse but numbers. */

/** Digits of a challenger's digest that a row keeps. Among the handful that one branch ever had they are one alone. */
const SHADOW_DIGITS = 16;

/** @param text canonical JSON of an entry's `shadow` → `digits:pd` with commas between; a PD that there is not is `null` */
export function compactShadow(text: string): string {
  return text.slice(1, -1).replaceAll(MEMBER, '$1:');
}

const MEMBER = new RegExp(`"([0-9a-f]{${SHADOW_DIGITS}})[0-9a-f]{${64 - SHADOW_DIGITS}}":`, 'g');

/** The PD of a challenger in a row's `shadow`; null where it has none, undefined where it was not scored beside that decision. */
export function shadowPd(shadow: string, sha256: string): number | null | undefined {
  const name = `${sha256.slice(0, SHADOW_DIGITS)}:`;
  const at = shadow.indexOf(name);
  if (at < 0) return undefined;
  const end = shadow.indexOf(',', at);
  const text = shadow.slice(at + name.length, end < 0 ? undefined : end);
  return text === 'null' ? null : Number(text);
}
