/**
 * How many parts a graph has, without making an object of any: an empty node is two bytes in the file and three hundred in memory, so that a file of
 * ten megabytes would keep a reader busy for minutes (https://protobuf.dev/programming-guides/encoding/).
 */

const VARINT = 0;
const FIXED_64 = 1;
const DELIMITED = 2;
const FIXED_32 = 5;
/** ModelProto.graph */
const GRAPH = 7;

/** Nodes, constants, inputs, outputs and shapes together; -1 where the bytes are no such message, which the real reader then says. */
export function countParts(bytes: Uint8Array): number {
  let parts = 0;
  const isRead = eachField(bytes, 0, bytes.length, (field, from, to) => {
    if (field === GRAPH) eachField(bytes, from, to, () => parts++);
  });
  return isRead ? parts : -1;
}

/** @returns whether the bytes were fields to their end */
function eachField(bytes: Uint8Array, start: number, end: number, visit: (field: number, from: number, to: number) => void): boolean {
  let at = start;
  /** Beyond 2^53 a varint here is no length that a file could have. */
  const readVarint = (): number => {
    let value = 0;
    for (let factor = 1; at < end; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  while (at < end) {
    const key = readVarint();
    const wire = key % 8;
    const size = wire === DELIMITED ? readVarint() : wire === FIXED_64 ? 8 : wire === FIXED_32 ? 4 : 0;
    if (wire === VARINT) readVarint();
    else if (wire !== DELIMITED && wire !== FIXED_64 && wire !== FIXED_32) return false;
    // Before it is looked into: a length may be anything.
    if (!(at + size <= end)) return false;
    if (wire === DELIMITED) visit(Math.floor(key / 8), at, at + size);
    at += size;
  }
  return true;
}
