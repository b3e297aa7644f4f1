/**
 * A strict reader of zip archives (PKWARE APPNOTE 6.3). Two readers must never see two contents in one archive, so everything that is told
 * twice must be told alike, and members must lie end to end, each byte in one of them only. Nothing is trusted for its size.
 */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';
import { checkPath, MAX_FILES, readAt, type Source } from './files.ts';
import { Malformed } from './report.ts';

const MAX_ARCHIVE_BYTES = 4 * 2 ** 30;
const MAX_DIRECTORY_BYTES = 256 * 2 ** 20;
/** All members together, unpacked. */
const MAX_TOTAL_BYTES = 16 * 2 ** 30;
/** Unpacked over packed size of a member; a deflate bomb reaches 1000, a tile of alike entries some tens. */
const MAX_RATIO = 200;
/** Members so small that their ratio does not matter. */
const RATIO_FREE_BYTES = 2 ** 20;

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const STORED = 0;
const DEFLATED = 8;

interface Member {
  path: string;
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  /** Of the local header. */
  start: number;
  /** Of the member's bytes. */
  data: number;
}

/** Throws `Malformed` for everything that is not one archive with one reading. */
export function openZip(path: string): Source {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > MAX_ARCHIVE_BYTES) throw new Malformed('the archive is larger than 4 GiB');
    const directory = findDirectory(file, size);
    const members = readDirectory(readAt(file, directory.start, directory.bytes, 'the directory of the archive'), directory.count);
    placeMembers(file, members, directory.start);
    const files = members.filter((member) => !member.path.endsWith('/'));
    const byPath = new Map(files.map((member) => [member.path, member]));
    if (byPath.size !== files.length) throw new Malformed('the archive holds one name twice');
    const read = (name: string, limit: number): Buffer => {
      const member = byPath.get(name);
      if (member === undefined) throw new Malformed(`${name} is missing`);
      return unpack(file, member, limit);
    };
    return { sizes: new Map(files.map((member) => [member.path, member.size])), read, close: () => closeSync(file) };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** The directory ends where its end record begins; whatever else is between or behind makes a second reading possible. */
function findDirectory(file: number, archiveBytes: number): { start: number; bytes: number; count: number } {
  const tailBytes = Math.min(archiveBytes, END_BYTES + 0xffff);
  const tail = readAt(file, archiveBytes - tailBytes, tailBytes, 'the archive');
  let at = tail.length - END_BYTES;
  while (at >= 0 && (tail.readUInt32LE(at) !== END || tail.readUInt16LE(at + 20) !== tail.length - at - END_BYTES)) at--;
  if (at < 0) throw new Malformed('this is not a zip archive, or its end is missing');
  if (tail.readUInt32LE(at + 4) !== 0) throw new Malformed('the archive is one of several parts');
  let end = archiveBytes - tailBytes + at;
  let [count, bytes, start] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  const counted = tail.readUInt16LE(at + 8);
  if (at >= 20 && tail.readUInt32LE(at - 20) === LOCATOR_64) {
    // Zip64 is read for one purpose only: more than 65,535 files.
    const record = Number(tail.readBigUInt64LE(at - 12));
    if (record !== end - 20 - 56) throw new Malformed('the zip64 record of the archive is not where it must be');
    const large = readAt(file, record, 56, 'the zip64 record');
    const numbers = [32, 40, 48].map((offset) => Number(large.readBigUInt64LE(offset))) as [number, number, number];
    const told = [
      count === 0xffff || count === numbers[0],
      bytes === 0xffffffff || bytes === numbers[1],
      start === 0xffffffff || start === numbers[2],
    ];
    if (large.readUInt32LE(0) !== END_64 || told.includes(false)) throw new Malformed('the archive tells its directory in two ways');
    [count, bytes, start] = numbers;
    end = record;
  } else if (counted !== count) {
    throw new Malformed('the archive is one of several parts');
  }
  if (start + bytes !== end || bytes > MAX_DIRECTORY_BYTES || count > MAX_FILES)
    throw new Malformed('the directory of the archive lies about its place or size');
  return { start, bytes, count };
}

function readDirectory(bytes: Buffer, count: number): Member[] {
  const members: Member[] = [];
  let at = 0;
  let total = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 46 || bytes.readUInt32LE(at) !== CENTRAL) throw new Malformed('the directory of the archive is damaged');
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [number, number, number];
    const next = at + 46 + nameBytes + extraBytes + commentBytes;
    if (next > bytes.length) throw new Malformed('the directory of the archive is damaged');
    const member: Member = {
      path: bytes.toString('latin1', at + 46, at + 46 + nameBytes),
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      start: bytes.readUInt32LE(at + 42),
      data: 0,
    };
    checkMember(member);
    total += member.size;
    if (total > MAX_TOTAL_BYTES) throw new Malformed('the archive unpacks to more than 16 GiB');
    members.push(member);
    at = next;
  }
  if (members.length !== count) throw new Malformed('the archive holds another number of files than it says');
  return members;
}

function checkMember({ path, flags, method, packed, size, start }: Member): void {
  // Folders have entries of their own in some archives; they hold nothing.
  checkPath(path.endsWith('/') && size === 0 && packed === 0 ? path.slice(0, -1) : path);
  if ((flags & 0x2041) !== 0) throw new Malformed(`${path} is encrypted`);
  if (method !== STORED && method !== DEFLATED) throw new Malformed(`${path} is packed by a method other than deflate`);
  if ([packed, size, start].includes(0xffffffff)) throw new Malformed(`${path} is larger than 4 GiB`);
  if (method === STORED && packed !== size) throw new Malformed(`${path} has two sizes`);
  if (size > RATIO_FREE_BYTES && size > packed * MAX_RATIO)
    throw new Malformed(`${path} would unpack to ${Math.round(size / packed)} times its size`);
}

/** Holds local headers against the directory and sees that the members fill the archive from its first byte without gap or overlap. */
function placeMembers(file: number, members: readonly Member[], directoryStart: number): void {
  const inOrder = members.toSorted((a, b) => a.start - b.start);
  let free = 0;
  for (const [i, member] of inOrder.entries()) {
    if (member.start !== free) throw new Malformed(`${member.path} does not lie behind the member before it`);
    const header = readAt(file, member.start, 30, member.path);
    const nameBytes = header.readUInt16LE(26);
    const name = readAt(file, member.start + 30, nameBytes, member.path).toString('latin1');
    const sums = [header.readUInt32LE(14), header.readUInt32LE(18), header.readUInt32LE(22)];
    const isStreamed = (member.flags & 8) !== 0;
    const isAlike = sums.every((sum, k) => sum === [member.crc, member.packed, member.size][k] || (isStreamed && sum === 0));
    const same = header.readUInt32LE(0) === LOCAL && header.readUInt16LE(6) === member.flags && header.readUInt16LE(8) === member.method;
    if (!same || name !== member.path || !isAlike) throw new Malformed(`${member.path} is told in two ways`);
    member.data = member.start + 30 + nameBytes + header.readUInt16LE(28);
    free = member.data + member.packed;
    // A streamed member's sums follow it, after a signature that may be left out.
    const next = inOrder[i + 1]?.start ?? directoryStart;
    if (isStreamed && (next - free === 12 || next - free === 16)) {
      const told = readAt(file, next - 12, 12, member.path);
      const isSame = [member.crc, member.packed, member.size].every((sum, k) => told.readUInt32LE(4 * k) === sum);
      if (!isSame) throw new Malformed(`${member.path} is told in two ways`);
      free = next;
    }
  }
  if (free !== directoryStart) throw new Malformed('there is something between the members of the archive and its directory');
}

function unpack(file: number, { path, method, crc, packed, size, data }: Member, limit: number): Buffer {
  if (size > limit) throw new Malformed(`${path} is larger than the ${limit} bytes it may have`);
  const bytes = readAt(file, data, packed, path);
  const unpacked = method === STORED ? bytes : inflate(bytes, size, path);
  if (unpacked.length !== size || crc32(unpacked) !== crc)
    throw new Malformed(`${path} is damaged: its size or checksum is not the one told`);
  return unpacked;
}

function inflate(bytes: Buffer, size: number, path: string): Buffer {
  try {
    // With `info` Node gives the engine too, which tells how much it took: bytes behind the stream's end would be a hiding place.
    const done = inflateRawSync(bytes, { maxOutputLength: Math.max(size, 1), info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (done.engine.bytesWritten === bytes.length) return done.buffer;
  } catch {
    // Damaged, or more than the size told: the same answer.
  }
  throw new Malformed(`${path} is damaged: it cannot be unpacked to the size told`);
}
