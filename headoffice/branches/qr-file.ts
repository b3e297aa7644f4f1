import encodeQR from 'qr';

/** A branch file as a QR code for printing, as SVG: the least correction gives the largest modules, and bytes are its shortest form. */
export function qrFileOf(text: string): string {
  return encodeQR(text, 'svg', { ecc: 'low', encoding: 'byte', border: 4 });
}
