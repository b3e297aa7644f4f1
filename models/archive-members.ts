/**
 * The members of a `.zip` archive as its central directory and their own headers tell them together (PKWARE APPNOTE 4.3). Archives whose two
 * accounts differ, whose members share bytes or that need an unpacker's goodwill are refused: programs disagree about them, and a reader that
 * believes one account can be made to unpack what another account never mentions.
 */
import { malformed, unsafe } from './package-failure.ts';

export interface ArchiveMember {
  name: string;
  /** Deflated; otherwise stored. */
  isDeflated: boolean;
  /** Unpacked. */
  size: number;
  crc32: number;
  /** As it lies in the archive. */
  packed: Uint8Array;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
/** A 32-bit size that says that the real one stands elsewhere (Zip64). */
const ELSEWHERE = 0xffffffff;
const DEFLATED = 8;
/** Systems whose upper half of the external attributes is a Unix file mode: Unix and macOS (APPNOTE 4.4.2). */
const UNIX_LIKE = new Set([3, 19]);
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const S_IFDIR = 0o040000;
const S_IFLNK = 0o120000;

const name = new TextDecoder('latin1');

/**
 * @param most members are refused beyond it, before they are looked at
 * @throws Failed `model-package-malformed`, `model-package-unsafe`
 */
export function listMembers(archive: Uint8Array, most: number): ArchiveMember[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const { at, count, start } = endOf(view);
  if (count > most) throw unsafe('the archive', `there are more than ${most} files`);
  const places: { from: number; to: number; name: string }[] = [];
  const members: ArchiveMember[] = [];
  let next = start;
  for (let i = 0; i < count; i++) {
    if (next + CENTRAL_BYTES > at || view.getUint32(next, true) !== CENTRAL) throw broken('its directory ends early');
    const { member, place, length } = readMember(archive, view, next, start);
    members.push(member);
    places.push(place);
    next += length;
  }
  if (next !== at) throw broken('its directory is longer than it says');
  places.sort((a, b) => a.from - b.from);
  places.forEach((place, i) => {
    const before = places[i - 1];
    if (before !== undefined && place.from < before.to) throw unsafe(shown(place.name), `shares bytes of the archive with ${before.name}`);
  });
  return members;
}

/** The end record must be the last thing in the archive: a second one behind it would be found by other programs. */
function endOf(view: DataView): { at: number; count: number; start: number } {
  const at = view.byteLength - END_BYTES;
  if (at < 0 || view.getUint32(at, true) !== END) throw broken('its end record is missing, or something was added behind it');
  const count = view.getUint16(at + 10, true);
  const [size, start] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
  if (view.getUint32(at + 4, true) !== 0 || view.getUint16(at + 8, true) !== count) throw broken('it is one part of several');
  if (count === 0xffff || size === ELSEWHERE || start === ELSEWHERE)
    throw broken('it is of the Zip64 kind, which packages are too small for');
  if (start + size !== at) throw broken('its directory is not where its end record says');
  return { at, count, start };
}

function readMember(
  archive: Uint8Array,
  view: DataView,
  at: number,
  dataEnd: number,
): { member: ArchiveMember; place: { from: number; to: number; name: string }; length: number } {
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const [crc32, packedSize, size] = [view.getUint32(at + 16, true), view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
  const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [number, number, number];
  const from = view.getUint32(at + 42, true);
  const length = CENTRAL_BYTES + nameBytes + extraBytes + commentBytes;
  if (at + length > view.byteLength) throw broken('its directory ends early');
  const called = name.decode(archive.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes));
  if ((flags & 1) !== 0) throw unsafe(shown(called), 'is encrypted');
  if (method !== 0 && method !== DEFLATED) throw broken(`${shown(called)} is compressed by method ${method}; deflate is read`);
  requirePlainFile(called, view.getUint8(at + 5), view.getUint32(at + 38, true) >>> 16);
  if (size === ELSEWHERE || packedSize === ELSEWHERE || (method === 0 && size !== packedSize))
    throw broken(`the sizes of ${shown(called)} contradict each other`);
  if (from + LOCAL_BYTES > dataEnd || view.getUint32(from, true) !== LOCAL)
    throw broken(`${shown(called)} is not where the directory says`);
  const localName = name.decode(archive.subarray(from + LOCAL_BYTES, from + LOCAL_BYTES + view.getUint16(from + 26, true)));
  if (localName !== called || view.getUint16(from + 8, true) !== method)
    throw unsafe(shown(called), 'is another file by its own header than by the directory');
  const start = from + LOCAL_BYTES + view.getUint16(from + 26, true) + view.getUint16(from + 28, true);
  const to = start + packedSize;
  if (to > dataEnd) throw broken(`${shown(called)} is cut short`);
  const packed = archive.subarray(start, to);
  return {
    member: { name: called, isDeflated: method === DEFLATED, size, crc32, packed },
    place: { from, to, name: shown(called) },
    length,
  };
}

/** Nothing is unpacked to a disk here, but a package with a link in it was made to harm a program that does. */
function requirePlainFile(called: string, system: number, mode: number): void {
  const kind = UNIX_LIKE.has(system) ? mode & S_IFMT : 0;
  if (kind === S_IFLNK) throw unsafe(shown(called), 'is a symbolic link; a package holds its files itself');
  if (kind !== 0 && kind !== S_IFREG && kind !== S_IFDIR) throw unsafe(shown(called), 'is neither a file nor a directory');
}

const shown = (called: string): string => JSON.stringify(called.slice(0, 200));

function broken(why: string) {
  return malformed('the archive', `is no readable .zip file (${why}); pack it again with \`outpost model pack\``);
}
