/** How a file of applications is refused: by name, with nothing of it decided. */
import { Failed, type FailureKind } from '../../contract/failure.ts';

/**
 * A whole file is refused. The texts name columns of the product and places in the file, never what stands in a cell.
 * @param happened one sentence without the file's name
 */
export function refuseFile(
  kind: Extract<FailureKind, 'file-unreadable' | 'file-malformed'>,
  path: string,
  happened: string,
  next: string,
): Failed {
  return new Failed({ kind, happened: `${path}: ${happened}`, safe: 'Nothing of this file was decided.', next, facts: { path } });
}
