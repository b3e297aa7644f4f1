/** Archives that read as one thing to one program and as another to the next, or unpack to more than they say. Made from an honest one. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface Member {
  name: string;
  content: Uint8Array;
  /** What the archive says of it where that is not the truth. */
  lies?: { size?: number; localName?: string; at?: number; mode?: number; crc?: number; flags?: number; method?: number };
}

const text = new TextEncoder();

function header(signature: number, numbers: readonly [bytes: 2 | 4, value: number][]): Buffer {
  const buffer = Buffer.alloc(4 + numbers.reduce((sum, [bytes]) => sum + bytes, 0));
  buffer.writeUInt32LE(signature, 0);
  let at = 4;
  for (const [bytes, number] of numbers) {
    buffer.writeUIntLE(number, at, bytes);
    at += bytes;
  }
  return buffer;
}

/** The archive's bytes, with every lie in its place. */
export function archiveOf(members: readonly Member[], after: Uint8Array = new Uint8Array(0)): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, content, lies = {} } of members) {
    const packed = lies.method === 0 ? content : deflateRawSync(content);
    const [called, local] = [text.encode(name), text.encode(lies.localName ?? name)];
    const [method, flags, crc, size] = [lies.method ?? 8, lies.flags ?? 0, lies.crc ?? crc32(content), lies.size ?? content.length];
    const own = header(0x04034b50, [
      [2, 20],
      [2, flags],
      [2, method],
      [4, 0],
      [4, crc],
      [4, packed.length],
      [4, size],
      [2, local.length],
      [2, 0],
    ]);
    directory.push(
      header(0x02014b50, [
        [2, 0x0314],
        [2, 20],
        [2, flags],
        [2, method],
        [4, 0],
        [4, crc],
        [4, packed.length],
        [4, size],
        [2, called.length],
        [2, 0],
        [2, 0],
        [2, 0],
        [2, 0],
        [4, (lies.mode ?? 0) * 65536],
        [4, lies.at ?? at],
      ]),
      called,
    );
    parts.push(own, local, packed);
    at += own.length + local.length + packed.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = header(0x06054b50, [
    [2, 0],
    [2, 0],
    [2, members.length],
    [2, members.length],
    [4, size],
    [4, at],
    [2, 0],
  ]);
  return Buffer.concat([...parts, ...directory, end, after]);
}
