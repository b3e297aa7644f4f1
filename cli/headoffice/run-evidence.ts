/** `outpost headoffice evidence`. */
import { userInfo } from 'node:os';
import {
  type ExaminedEvidence,
  type ExaminedNote,
  examineEvidence,
  listEvidence,
  type Proven,
} from '../../headoffice/witness/list-evidence.ts';
import { HOW_SETTLED, settleEvidence } from '../../headoffice/witness/settle.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson, say } from '../print.ts';
import { usage } from '../repo/usage.ts';
import { atHeadOffice } from './open-head-office.ts';
import type { HeadOfficeOptions } from './store-options.ts';

export async function runListEvidence({ json, ...where }: HeadOfficeOptions & { json?: true }): Promise<ExitCode> {
  const all = await atHeadOffice(where, ({ store }) => listEvidence(store));
  if (json === true) printJson(all);
  else
    printData(
      all
        .map(({ evidence, foundAt, kind, branch, origin, settledHow }) =>
          [evidence, foundAt.toISOString(), kind, branch, origin, settledHow ?? 'NOT SETTLED'].join('  '),
        )
        .map((line) => `${line}\n`)
        .join(''),
    );
  if (all.length === 0) say('No log was seen with two pasts.');
  return all.some(({ settledAt }) => settledAt === null) ? EXIT.found : EXIT.done;
}

export async function runShowEvidence(name: string, { json, ...where }: HeadOfficeOptions & { json?: true }): Promise<ExitCode> {
  const found = await atHeadOffice(where, ({ store, keys }) => examineEvidence(store, keys.witness.vkey, name));
  if (json === true) printJson(found);
  else printData(`${inWords(found)}\n`);
  return found.settledAt === null ? EXIT.found : EXIT.done;
}

export async function runSettle(
  name: string,
  { how, reason, ...where }: HeadOfficeOptions & { how: string; reason: string },
): Promise<ExitCode> {
  const known = HOW_SETTLED.find((each) => each === how);
  if (known === undefined) throw usage(`"${how}" is no way to settle it.`, `Give ${HOW_SETTLED.join(' or ')}.`);
  const by = `cli:${userInfo().username}`;
  const { branch, origin, frozen } = await atHeadOffice(where, ({ store }) =>
    settleEvidence(store, { evidence: name, by, how: known, reason }),
  );
  say(
    frozen
      ? `Settled. The log ${origin} of ${branch} stays frozen: its branch goes on under a new epoch, on a PC that is enrolled anew.`
      : `Settled. The log ${origin} of ${branch} may go on from what head office holds.`,
  );
  return EXIT.done;
}

const PROVES: Record<Proven, string> = {
  'two-pasts':
    'It proves that the log’s key signed two pasts: both signatures hold, and the two roots cannot both be of one log. Anybody who has the log’s vkey can see that without trusting head office.',
  'one-past':
    'Both notes are of the one past that is stored here: the log’s key signed them both, and nothing contradicts. The branch was set back to an older state, or an old note came late.',
  'by-our-word':
    'The log’s key signed both notes. That they are of two pasts is head office’s word: the entries that came did not fit those it holds, and the notes alone, of two sizes, do not show it.',
  unsigned: 'It proves nothing of the log: at least one of the notes is not signed by its key.',
};

const CANNOT_SAY =
  'It cannot say which of the pasts is true, nor who made the other: somebody with a copy of the disk, somebody with the key, or the PC itself after a backup was put back without a new epoch.';

function inWords(found: ExaminedEvidence): string {
  const { evidence, kind, branch, origin, vkey, device, foundAt, frozen, known, sent, knownNote, sentNote, storedRoot, proves } = found;
  const { settledAt, settledBy, settledHow, settledWhy } = found;
  return [
    `evidence ${evidence}: ${kind} of branch ${branch}, found ${foundAt.toISOString()}`,
    `log ${origin}`,
    `its key ${vkey}`,
    `it came with a request of device ${device}`,
    settledAt === null
      ? `NOT SETTLED; the log is ${frozen ? 'frozen' : 'not frozen'}`
      : `settled ${settledAt.toISOString()} by ${settledBy}: ${settledHow} (${settledWhy}); the log is ${frozen ? 'frozen' : 'not frozen'}`,
    '',
    `What head office had countersigned: ${noteInWords(knownNote)}`,
    known,
    `What came: ${noteInWords(sentNote)}`,
    sent,
    ...(storedRoot === null || sentNote.size === null
      ? []
      : [`The first ${sentNote.size} entries as they are stored here have the root ${storedRoot}.`, '']),
    PROVES[proves],
    CANNOT_SAY,
  ].join('\n');
}

function noteInWords({ signed, size, root, countersignedAt }: ExaminedNote): string {
  if (!signed) return 'NOT SIGNED by the log’s key, or not readable';
  const ours = countersignedAt === null ? 'no line of head office' : `head office’s line, ${countersignedAt.toISOString()}`;
  return `${size} entries, root ${root}; the log’s signature holds; ${ours}`;
}
