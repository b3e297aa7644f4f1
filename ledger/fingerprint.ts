/** A key's fingerprint that two people can compare over the phone: 100 bits of the SHA-256 of its vkey, in groups of four without I, L, O and U. */
import { hash } from 'node:crypto';

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const COUNT = 20;

/** `XXXX-XXXX-XXXX-XXXX-XXXX`. Of the whole vkey: another name is another key. */
export function fingerprintOf(vkey: string): string {
  let bits = BigInt(`0x${hash('sha256', `outpost/fingerprint/v1\n${vkey}`, 'hex')}`) >> BigInt(256 - 5 * COUNT);
  let letters = '';
  for (let i = 0; i < COUNT; i++, bits >>= 5n) letters = `${LETTERS[Number(bits & 31n)]}${letters}`;
  return letters.match(/.{4}/g)!.join('-');
}

/** Whether what somebody typed is this fingerprint: case, blanks and hyphens do not matter, nor letters that look alike. */
export function isFingerprint(typed: string, fingerprint: string): boolean {
  return plain(typed) === plain(fingerprint);
}

function plain(text: string): string {
  return text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}
