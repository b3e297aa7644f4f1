import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { MOST_QR_BYTES, qrMatrix, qrPath } from '../../renderer/receipt/qr-code.ts';
import { RECEIPT_TEXT } from './fake-receipt.ts';

/** The matrix as a camera would see it: so many pixels to a module. */
function picture(matrix: boolean[][], scale: number) {
  const size = matrix.length * scale;
  const data = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1)
      if (matrix[Math.floor(y / scale)]?.[Math.floor(x / scale)]) data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
  return { width: size, height: size, data };
}

/** The squares that the path draws, as a matrix again. */
function drawn(path: string, size: number): boolean[][] {
  const matrix = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g))
    matrix[Number(y)]?.fill(true, Number(x), Number(x) + Number(width));
  return matrix;
}

/** As of a log of a million entries whose checkpoint has three cosignatures. */
const LARGE = `${RECEIPT_TEXT}${'— witness.example/w1+0badcafe q1Vb8oQ2m3nTn0Uo1p0x2xkq1p6yqk8Ck0aYt0m1y8E8oQ2m3nTn0Uo1p0x2xkq1p6yqk8Ck0a\n'.repeat(14)}`;

describe('the QR code of a receipt', () => {
  it.each([
    ['a small log', RECEIPT_TEXT],
    ['a large log', LARGE],
  ])('is read back as the very text, from the squares that are drawn: %s', (_, text) => {
    const matrix = qrMatrix(text);
    expect(matrix).not.toBeNull();
    const squares = drawn(qrPath(matrix ?? []), matrix?.length ?? 0);
    expect(squares).toEqual(matrix);
    expect(decodeQR(picture(squares, 4), { timeLimit: 60_000 })).toBe(text);
  });

  it('is none for a text that no code holds, and one for the longest that it does', () => {
    expect(qrMatrix('x'.repeat(MOST_QR_BYTES))).not.toBeNull();
    expect(qrMatrix('x'.repeat(MOST_QR_BYTES + 1))).toBeNull();
    // Counted in bytes, not in characters.
    expect(qrMatrix('€'.repeat(MOST_QR_BYTES / 3 + 1))).toBeNull();
  });
});
