/** Bytes as people say them. */
import type { Formats } from '../language/formats.ts';

export function sizeOf(bytes: number, { number }: Formats): string {
  if (bytes < 1e6) return `${number(Math.ceil(bytes / 1e3))} kB`;
  return `${number(Math.round(bytes / 1e5) / 10)} MB`;
}
