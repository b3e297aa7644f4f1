/** `outpost show`. */
import { reviewsOf } from '../../branch/reviews/list-reviews.ts';
import { seeDecision } from '../../branch/see-decision.ts';
import { showDecision } from '../../branch/show-decision.ts';
import { Failed } from '../../contract/failure.ts';
import { lookAtWork, type WorkOptions } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson } from '../print.ts';
import { decisionInWords } from './decision-in-words.ts';

export async function runShow({ seq, json, ...options }: WorkOptions & { seq: string; json?: true }): Promise<ExitCode> {
  if (!/^\d{1,15}$/.test(seq))
    throw new Failed({
      kind: 'usage',
      happened: '--seq takes the number of an entry.',
      safe: 'Nothing was changed.',
      next: 'Take it from the output of decide.',
      facts: {},
    });
  const { view, reviews } = await lookAtWork(options, ['see-own-decisions', 'see-all-decisions'], async ({ db, store }, branch) => ({
    view: branch === null ? await showDecision(db, store, Number(seq)) : await seeDecision(branch, Number(seq)),
    reviews: reviewsOf(db, Number(seq)),
  }));
  if (json === true) printJson(view);
  else printData(decisionInWords(view, reviews));
  return EXIT.done;
}
