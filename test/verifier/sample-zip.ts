/** A writer of zip archives that can be told to lie. */
import { crc32, deflateRawSync } from 'node:zlib';
import type { Files } from './sample-log.ts';

export interface ZipOptions {
  /** Members are stored instead of deflated. */
  stored?: boolean;
  /** Sums follow each member instead of standing in its local header. */
  streamed?: boolean;
  /** End record in the form for more than 65,535 files. */
  zip64?: boolean;
  /** Bytes behind each member's stream, counted as the member's. */
  hidden?: Buffer;
  /** Changes a member as the directory tells it. */
  lie?: (member: ZipMember) => unknown;
}

export interface ZipMember {
  path: string;
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  start: number;
}

export function zip(files: Files | [string, Buffer][], options: ZipOptions = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [path, bytes] of files) {
    const data = Buffer.concat([options.stored ? bytes : deflateRawSync(bytes), options.hidden ?? Buffer.alloc(0)]);
    const member = {
      path,
      flags: options.streamed ? 8 : 0,
      method: options.stored ? 0 : 8,
      crc: crc32(bytes),
      packed: data.length,
      size: bytes.length,
      start: at,
    };
    const told = options.streamed ? { ...member, crc: 0, packed: 0, size: 0 } : member;
    const sums = options.streamed ? [numbers([4, 0x08074b50], [4, member.crc], [4, member.packed], [4, member.size])] : [];
    const name = Buffer.from(path, 'latin1');
    parts.push(Buffer.concat([numbers([4, 0x04034b50], [2, 20], ...common(told)), name, data, ...sums]));
    at += parts.at(-1)!.length;
    options.lie?.(member);
    const trailer: [number, number][] = [
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, member.start],
    ];
    directory.push(
      Buffer.concat([numbers([4, 0x02014b50], [2, 20], [2, 20], ...common(member), ...trailer), Buffer.from(member.path, 'latin1')]),
    );
  }
  const bytes = Buffer.concat(directory);
  const count = directory.length;
  const large = numbers([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count], [8, bytes.length], [8, at]);
  const locator = numbers([4, 0x07064b50], [4, 0], [8, at + bytes.length], [4, 1]);
  const told = options.zip64 ? ([0xffff, 0xffffffff] as const) : ([count, at] as const);
  const end = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, told[0]], [2, told[0]], [4, bytes.length], [4, told[1]], [2, 0]);
  return Buffer.concat([...parts, bytes, ...(options.zip64 ? [large, locator] : []), end]);
}

function common({ path, flags, method, crc, packed, size }: ZipMember): [number, number][] {
  return [
    [2, flags],
    [2, method],
    [4, 0],
    [4, crc],
    [4, packed],
    [4, size],
    [2, Buffer.byteLength(path, 'latin1')],
    [2, 0],
  ];
}

/** Little-endian numbers, each with its width in bytes. */
function numbers(...fields: [width: number, value: number][]): Buffer {
  return Buffer.concat(
    fields.map(([width, value]) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(value));
      return bytes.subarray(0, width);
    }),
  );
}
