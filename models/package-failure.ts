/** Failures of a model package, worded once. `next` tells a data scientist what to change. */
import { Failed, type Failure, type FailureKind } from '../contract/failure.ts';

const SAFE = 'Nothing was activated and nothing was changed.';

/**
 * @param place file inside the package, and where in it, as far as known
 * @param detail what is wrong there, in words that end without a full stop
 */
export function packageFailure(kind: FailureKind, place: string, detail: string, next: string): Failure {
  const [where, what] = [printable(place), printable(detail)];
  return {
    kind,
    happened: `The model package cannot be used: ${where}: ${what}.`,
    safe: SAFE,
    next,
    facts: { place: where, detail: what },
  };
}

/** Longer than any text of ours; names inside a package have no limit of their own. */
const LONGEST = 1200;

/**
 * Names from inside a package are whatever its maker wrote: control characters could rewrite a terminal's lines, and marks of writing direction
 * could make a text read as another one. Both are shown as what they are.
 */
export function printable(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (mark) => `\\u{${mark.codePointAt(0)!.toString(16)}}`);
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}… (${plain.length} characters)` : plain;
}

export function malformed(place: string, detail: string): Failed {
  return new Failed(packageFailure('model-package-malformed', place, detail, 'Correct the package where it is named and pack it again.'));
}

export function unsafe(place: string, detail: string): Failed {
  return new Failed(
    packageFailure(
      'model-package-unsafe',
      place,
      detail,
      'Do not use this package; have it made again by a source you trust and compare its digest.',
    ),
  );
}

/** Place and detail without the sentence around them, for a line of a report. */
export function whatIsWrong({ facts, happened }: Failure): string {
  return facts.place === undefined || facts.detail === undefined ? happened : `${facts.place}: ${facts.detail}`;
}
