/**
 * Eight-bit encodings cannot be told apart for certain. Windows-1252 is believed only where every high byte makes sense in it:
 * an accented Latin letter beside other letters, or one of the usual signs. Anything else (Cyrillic, Greek, Central European, Shift-JIS)
 * is left to a person, because a name read wrongly is worse than a file refused.
 */

/** € ‚ „ … ‘ ’ “ ” • – — ™ nbsp ¡ ¢ £ § ª « · º » ¿ */
const SIGNS = new Set([
  0x80, 0x82, 0x84, 0x85, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99, 0xa0, 0xa1, 0xa2, 0xa3, 0xa7, 0xaa, 0xab, 0xb0, 0xb7, 0xba, 0xbb,
  0xbf,
]);
/** Š Œ Ž š œ ž Ÿ */
const LETTERS_BELOW_C0 = new Set([0x8a, 0x8c, 0x8e, 0x9a, 0x9c, 0x9e, 0x9f]);

export async function looksLikeWindows1252(chunks: AsyncIterable<Buffer>): Promise<boolean> {
  let run = 0;
  for await (const chunk of chunks) {
    for (const byte of chunk) {
      if (byte >= 0x80) {
        if (!isLetter(byte) && !SIGNS.has(byte)) return false;
        // No word of a language that is written in Windows-1252 has three accented letters in a row; all of Cyrillic's are.
        run = isLetter(byte) ? run + 1 : 0;
        if (run > 2) return false;
      } else run = 0;
    }
  }
  return true;
}

function isLetter(byte: number): boolean {
  return LETTERS_BELOW_C0.has(byte) || (byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7);
}
