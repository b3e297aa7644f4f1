/** Which entries a command is about: --seq, a range, or all of them. */
import { Failed } from '../../contract/failure.ts';

export interface SeqOptions {
  seq?: string;
  from?: string;
  to?: string;
  all?: true;
}

/** Entry numbers, both inclusive; `to` is beyond every log where no end was given. */
export function rangeOf({ seq, from, to, all }: SeqOptions): { from: number; to: number } {
  const isRange = from !== undefined || to !== undefined;
  if (Number(seq !== undefined) + Number(isRange || all === true) !== 1)
    throw refusal('Which entries is not clear.', 'Give --seq N for one, or --all, or --from and --to for some.');
  if (seq !== undefined) return { from: numberOf('--seq', seq), to: numberOf('--seq', seq) };
  const range = {
    from: from === undefined ? 0 : numberOf('--from', from),
    to: to === undefined ? Number.MAX_SAFE_INTEGER : numberOf('--to', to),
  };
  if (range.from > range.to) throw refusal('--from is behind --to.', 'Give the smaller number with --from.');
  return range;
}

/** @throws Failed `usage` */
export function numberOf(option: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw refusal(`${option} takes the number of an entry.`, 'Take it from the output of decide, or from the list of entries.');
}

function refusal(happened: string, next: string): Failed {
  return new Failed({ kind: 'usage', happened, safe: 'Nothing was changed.', next, facts: {} });
}
