/** `outpost model switch` and the like. */
import {
  type ChangeOutcome,
  confirmChange,
  dismissChange,
  resume,
  rollBack,
  suspend,
  switchTo,
} from '../../branch/activation/change-models.ts';
import { challengersOf } from '../../branch/list-models.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { Failed } from '../../contract/failure.ts';
import { atWork, type Needs, type WorkOptions } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printJson, say } from '../print.ts';

export interface LiveOptions extends WorkOptions {
  product?: string;
  to?: string;
  reason?: string;
  proposal?: string;
  json?: true;
}

export type LiveChange = 'switch' | 'rollback' | 'suspend' | 'resume' | 'confirm' | 'dismiss';

const NEEDS: Record<LiveChange, Needs> = {
  switch: ['manage-updates'],
  rollback: ['manage-updates'],
  suspend: ['suspend-model'],
  resume: ['manage-updates'],
  confirm: ['manage-updates', 'suspend-model'],
  dismiss: ['manage-updates', 'suspend-model'],
};

export async function runLive(what: LiveChange, options: LiveOptions): Promise<ExitCode> {
  return await atWork(options, NEEDS[what], async (branch) => {
    const outcome = await carryOut(branch, what, options);
    if (options.json === true) printJson(outcome);
    else if (outcome.done) say(`Done: entry ${outcome.seq}.`);
    else say(`It waits for a second person, as proposal ${outcome.proposal}: outpost model confirm --proposal ${outcome.proposal}`);
    return EXIT.done;
  });
}

async function carryOut(
  branch: Branch,
  what: LiveChange,
  { product = '', to = '', reason = '', proposal = '' }: LiveOptions,
): Promise<ChangeOutcome> {
  switch (what) {
    case 'switch':
      return await switchTo(branch, product, digestOf(branch, product, to));
    case 'rollback':
      return await rollBack(branch, product);
    case 'resume':
      return await resume(branch, product);
    case 'suspend':
      if (reason.trim() === '') throw usage('A reason of at least one word is needed.', 'Say why with --reason.');
      return { done: true, ...suspend(branch, product, reason.trim()) };
    case 'confirm':
      return { done: true, ...(await confirmChange(branch, numberOf(proposal))) };
    case 'dismiss':
      return { done: true, ...dismissChange(branch, numberOf(proposal)) };
  }
}

function digestOf({ log }: Branch, product: string, begins: string): string {
  const found = challengersOf(log.db, product).filter(({ sha256 }) => begins.length >= 4 && sha256.startsWith(begins.toLowerCase()));
  if (found.length === 1) return found[0]!.sha256;
  throw usage(
    found.length === 0 ? `No challenger of ${product} begins with ${begins}.` : `Several challengers of ${product} begin with ${begins}.`,
    'Give at least four digits of the digest: outpost model list shows them.',
  );
}

function numberOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw usage(`${text} is no entry number.`, 'Give the number that the proposal was made under.');
}

function usage(happened: string, next: string): Failed {
  return new Failed({ kind: 'usage', happened, safe: 'Nothing was changed.', next, facts: {} });
}
