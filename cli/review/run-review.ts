/** `outpost review`. */
import { listWaiting } from '../../branch/reviews/list-reviews.ts';
import { recordReview } from '../../branch/reviews/record-review.ts';
import { Failed } from '../../contract/failure.ts';
import { type ReviewRequest, reviewRequest } from '../../contract/review.ts';
import { atWork, type WorkOptions } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { numberOf } from '../log/seq-options.ts';
import { printData, printJson } from '../print.ts';
import { readSecretFile } from '../secret-file.ts';
import { reviewInWords } from './review-in-words.ts';

interface Options extends WorkOptions {
  seq?: string;
  outcome?: string;
  code?: string[];
  noteFile?: string;
  json?: true;
}

export async function runReview({ seq, outcome, code, noteFile, json, ...options }: Options): Promise<ExitCode> {
  const request = seq === undefined ? null : requestOf(numberOf('--seq', seq), outcome, code ?? [], noteFile);
  if (request === null && (outcome !== undefined || code !== undefined || noteFile !== undefined))
    throw usage('Which decision is meant is not clear.', 'Give its number with --seq.');
  return await atWork(options, ['review'], async (branch) => {
    if (request === null) {
      const waiting = listWaiting(branch);
      if (json === true) printJson(waiting);
      else printData(`${waiting.total} referred decisions wait for a review.\n${waiting.seqs.map((one) => `${one}\n`).join('')}`);
      return EXIT.done;
    }
    const review = recordReview(branch, request);
    if (json === true) printJson(review);
    else printData(`${reviewInWords(review)}\n`);
    return EXIT.done;
  });
}

function requestOf(of: number, outcome: string | undefined, codes: readonly string[], noteFile: string | undefined): ReviewRequest {
  const note = noteFile === undefined ? {} : { note: readSecretFile(noteFile, '--note-file') };
  const parsed = reviewRequest.safeParse({ of, outcome, codes, ...note });
  if (parsed.success) return parsed.data;
  const fields = new Set(parsed.error.issues.map(({ path }) => String(path[0])));
  if (fields.has('outcome')) throw usage('What is to hold is not clear.', 'Give --outcome approve, refer or decline.');
  if (fields.has('codes')) throw usage('A reason is not known, or there are more than four.', 'See outpost review --help for the reasons.');
  throw usage('The remark is longer than 2,000 characters.', 'Shorten it.');
}

function usage(happened: string, next: string): Failed {
  return new Failed({ kind: 'usage', happened, safe: 'Nothing was stored.', next, facts: {} });
}
