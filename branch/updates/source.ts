/** Where the repository is: a web server or a folder. Both give a file from some byte on, piece by piece. */

export interface OpenedFile {
  /** Place in the file of the first byte that `read` gives: 0 where the other side did not go along with the one asked for. */
  offset: number;
  /** Length of the whole file as the other side says; null: it does not say. */
  total: number | null;
  /** The next piece; null at the end. @throws LinkError */
  read(): Promise<Uint8Array | null>;
  /** Lets go of it; a `read` under way may never answer. */
  close(): void;
}

export interface Source {
  /** As tuf-js wants it: `metadata` and `targets` lie below. */
  readonly url: string;
  /**
   * @param file below the repository: `metadata/timestamp.json`
   * @param from first byte that is asked for
   * @throws LinkError
   */
  open(file: string, from: number, signal: AbortSignal): Promise<OpenedFile>;
}

const SAFE_SEGMENT = /^[A-Za-z0-9_%-][A-Za-z0-9._%-]*$/;
/** Devices of Windows, with any extension: `con.zip` opens the console. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A name that means the same file below the repository on every system, and nothing else. */
export function isSafeName(file: string): boolean {
  return (
    file.length <= 300 && file.split('/').every((segment) => SAFE_SEGMENT.test(segment) && !DEVICE.test(segment) && !segment.endsWith('.'))
  );
}
