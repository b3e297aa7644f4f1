/** What can go wrong between this PC and a repository, before anything signed is looked at. */

export type LinkTrouble =
  /** No connection, or the folder cannot be read. */
  | 'unreachable'
  /** The server answered with an error; `status` says which. */
  | 'http-error'
  /** Not there: HTTP 404 or 403, or no such file. */
  | 'missing'
  /** Nothing came for too long. */
  | 'stalled'
  /** It came too slowly to ever be done. */
  | 'slow'
  /** It ended before all of it was here. */
  | 'interrupted'
  /** A page for people in the place of the file: somebody's sign-in page (captive portal). */
  | 'portal'
  /** More than was announced by signed metadata. */
  | 'too-long'
  /** Less than was announced by signed metadata, and the other side says that is all: a half copy. */
  | 'too-short'
  /** A link, a device or a folder in the place of a file, or a name that no repository of ours has. */
  | 'not-a-file';

export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly trouble: LinkTrouble;
  /** Of the file, in the repository. */
  readonly file: string;
  readonly status: number | null;

  constructor(trouble: LinkTrouble, file: string, detail: string, options: ErrorOptions & { status?: number } = {}) {
    super(detail, options);
    this.trouble = trouble;
    this.file = file;
    this.status = options.status ?? null;
  }
}
