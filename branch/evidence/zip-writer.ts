/**
 * A zip archive written member by member (PKWARE APPNOTE 6.3), as docs/evidence-bundle.md has it: nothing between the members, nothing told
 * twice in two ways. Sizes are known when a member is written, so no data descriptors; Zip64 only to count more than 65,535 members.
 */
import { promisify } from 'node:util';
import { crc32, deflateRaw, deflateRawSync } from 'node:zlib';

const deflate = promisify(deflateRaw);

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const VERSION = 20;
const VERSION_64 = 45;
/** 1980-01-01, the first day that zip knows: when the bundle was made stands in its manifest. */
const DOS_DATE = 0x21;
const STORED = 0;
const DEFLATED = 8;
/** Below it there is nothing to gain. */
const TINY_BYTES = 100;
/** Below it, handing bytes to another thread or the system one by one costs more than the work. */
const SMALL_BYTES = 1 << 16;
/** A reader may take what unpacks to far more than this for a bomb. */
const MAX_RATIO = 100;
export const MAX_MEMBERS = 1_000_000;
export const MAX_ARCHIVE_BYTES = 2 ** 32 - 1;

/** What the format cannot hold. */
export class ArchiveTooLarge extends Error {
  override readonly name = 'ArchiveTooLarge';
}

export class ZipWriter {
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  readonly #directory: Buffer[] = [];
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #at = 0;

  /** @param write takes the archive's bytes in order; each call is awaited */
  constructor(write: (bytes: Uint8Array) => Promise<void>) {
    this.#write = write;
  }

  /**
   * @param path ASCII, as the format allows it
   * @throws ArchiveTooLarge
   */
  async add(path: string, bytes: Uint8Array): Promise<void> {
    const packed =
      bytes.length < TINY_BYTES
        ? bytes
        : bytes.length < SMALL_BYTES
          ? deflateRawSync(bytes, { chunkSize: bytes.length })
          : await deflate(bytes);
    const isDeflated = packed.length < bytes.length && bytes.length <= packed.length * MAX_RATIO;
    const data = isDeflated ? packed : bytes;
    const name = Buffer.from(path, 'latin1');
    if (this.#directory.length >= MAX_MEMBERS) throw new ArchiveTooLarge(`more than ${MAX_MEMBERS} files`);
    if (this.#at + 30 + name.length + data.length > MAX_ARCHIVE_BYTES) throw new ArchiveTooLarge('more than 4 GiB');
    const told = Buffer.alloc(22);
    told.writeUInt16LE(isDeflated ? DEFLATED : STORED, 0);
    told.writeUInt16LE(DOS_DATE, 4);
    told.writeUInt32LE(crc32(bytes), 6);
    told.writeUInt32LE(data.length, 10);
    told.writeUInt32LE(bytes.length, 14);
    told.writeUInt16LE(name.length, 18);
    this.#directory.push(centralHeader(told, this.#at), name);
    await this.#put(localHeader(told), name, data);
  }

  /** Writes the directory; nothing can be added afterwards. */
  async end(): Promise<void> {
    const start = this.#at;
    const directory = Buffer.concat(this.#directory);
    const count = this.#directory.length / 2;
    if (start + directory.length + 98 > MAX_ARCHIVE_BYTES) throw new ArchiveTooLarge('more than 4 GiB');
    const end = Buffer.alloc(22);
    end.writeUInt32LE(END, 0);
    end.writeUInt16LE(Math.min(count, 0xffff), 8);
    end.writeUInt16LE(Math.min(count, 0xffff), 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(start, 16);
    await this.#put(directory, ...(count < 0xffff ? [] : [countRecord(count, directory.length, start)]), end);
    await this.#flush();
  }

  async #put(...parts: Uint8Array[]): Promise<void> {
    for (const part of parts) {
      this.#waiting.push(part);
      this.#waitingBytes += part.length;
      this.#at += part.length;
    }
    if (this.#waitingBytes >= SMALL_BYTES) await this.#flush();
  }

  async #flush(): Promise<void> {
    const [first, ...more] = this.#waiting.splice(0);
    this.#waitingBytes = 0;
    if (first !== undefined) await this.#write(more.length === 0 ? first : Buffer.concat([first, ...more]));
  }
}

/** `told`: method, time, date, checksum, packed size, size, length of the name, length of extra fields. */
function localHeader(told: Buffer): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(LOCAL, 0);
  header.writeUInt16LE(VERSION, 4);
  told.copy(header, 8);
  return header;
}

function centralHeader(told: Buffer, start: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(CENTRAL, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(VERSION, 6);
  told.copy(header, 10);
  header.writeUInt32LE(start, 42);
  return header;
}

/** Zip64 end record and its locator. */
function countRecord(count: number, bytes: number, start: number): Buffer {
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(END_64, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(VERSION_64, 12);
  record.writeUInt16LE(VERSION_64, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(bytes), 40);
  record.writeBigUInt64LE(BigInt(start), 48);
  record.writeUInt32LE(LOCATOR_64, 56);
  record.writeBigUInt64LE(BigInt(start + bytes), 64);
  record.writeUInt32LE(1, 72);
  return record;
}
