/** A QR code as the path of an SVG: black squares, drawn sharp at any size and on paper. */
import encodeQR from 'qr';

/** What the largest code (version 40) holds at the lowest error correction, in bytes. */
export const MOST_QR_BYTES = 2953;
/** ISO/IEC 18004: four empty modules around the code. */
const QUIET = 4;

/** true = dark; with its quiet zone. null: the text is too long for one code. */
export function qrMatrix(text: string): boolean[][] | null {
  if (new TextEncoder().encode(text).length > MOST_QR_BYTES) return null;
  // A proof is base64 in mixed case: bytes are its shortest form. The least correction gives the largest modules, and a screen has no dirt.
  return encodeQR(text, 'raw', { ecc: 'low', encoding: 'byte', border: QUIET });
}

/** Runs of dark modules in a row, one module = one unit. */
export function qrPath(matrix: boolean[][]): string {
  let path = '';
  for (const [y, row] of matrix.entries()) {
    for (let x = 0; x < row.length; x += 1) {
      if (!row[x]) continue;
      const from = x;
      while (row[x + 1]) x += 1;
      path += `M${from} ${y}h${x - from + 1}v1H${from}z`;
    }
  }
  return path;
}
