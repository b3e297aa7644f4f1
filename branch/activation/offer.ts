/** What the signed repository offers this branch for a place, and what became of it. */
import type { Artefact } from '../../contract/entry-base.ts';
import type { Failure } from '../../contract/failure.ts';
import type { ReleaseSource } from '../../contract/release-entries.ts';

/** As the verified channel says; its file has been verified too. */
export interface Offer {
  product: string;
  kind: 'model' | 'policy';
  alias: 'champion' | 'challenger' | 'policy';
  artefact: Artefact;
  /** RFC 3339; null: as soon as it is here. */
  activateFrom: string | null;
  /** Signed permission to go back to a lower version. */
  allowDowngrade: boolean;
  source: ReleaseSource;
  /** What stands in the place was withdrawn, and this is the next in the list: it is taken also where this branch had left it. */
  isInsteadOfWithdrawn?: boolean;
}

export type Received =
  | { state: 'active'; seq: number }
  /** It was active in that place before, or waits there for its day. */
  | { state: 'unchanged' }
  /** This branch went back from it, or retired it: only a person brings it again. */
  | { state: 'left' }
  | { state: 'scheduled'; activateFrom: string }
  /** What was active stays active. */
  | { state: 'refused'; failure: Failure };

/** Where in the data folder nothing can be done about it: not the release is at fault. */
export const STORE_FAILURES: ReadonlySet<string> = new Set(['disk-full', 'disk-error', 'database-corrupt', 'data-folder-missing']);

export function releaseRefused(cause: string, happened: string, next: string, { name, version }: Artefact): Failure {
  return {
    kind: 'update-refused',
    happened,
    safe: 'It was not activated. What is active stays active, and deciding goes on.',
    next,
    facts: { cause, name, version },
  };
}
