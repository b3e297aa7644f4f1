/** Reads a branch file strictly. Nothing of it is believed but under the signature of the key in it, and that key only once it is pinned or a person has compared it. */
import { hash } from 'node:crypto';
import { type BranchFile, branchFile, MOST_BRANCH_FILE_BYTES } from '../../contract/branch-file.ts';
import { Failed } from '../../contract/failure.ts';
import { fingerprintOf } from '../../ledger/fingerprint.ts';
import { LOG_KEY, parseVkey } from '../../ledger/note-keys.ts';
import { openSignedJson, peekSignedJson } from '../../ledger/signed-json.ts';
import { readWitnessPolicy } from '../../ledger/witness-policy.ts';

/** Keys of head office that need no comparing. */
export interface PinnedKeys {
  /** vkey that came with the program: no other is taken. */
  shipped: string | null;
  /** vkey that this folder was enrolled with last. */
  before: string | null;
}

export interface OpenedBranchFile {
  file: BranchFile;
  /** Of its text. */
  sha256: string;
  fingerprint: string;
  isPinned: boolean;
  isOtherHeadOffice: boolean;
  /** By `now`, which may be wrong: a warning and no refusal, since head office judges the token. */
  isExpired: boolean;
}

type RefusalCause = 'large' | 'malformed' | 'signature' | 'other-key' | 'unconfirmed' | 'other-branch';

/** @throws Failed branch-file-refused */
export function openBranchFile(given: string, pinned: PinnedKeys, now: number): OpenedBranchFile {
  if (Buffer.byteLength(given) > 2 * MOST_BRANCH_FILE_BYTES) throw refuseBranchFile('large');
  const text = tidy(given);
  const file = branchFile.safeParse(peekSignedJson(text)?.value).data;
  const key = file === undefined ? null : parseVkey(file.headOffice.vkey);
  if (file === undefined || key === null || key.type !== LOG_KEY || !isSound(file)) throw refuseBranchFile('malformed');
  if ('problem' in openSignedJson(text, key)) throw refuseBranchFile('signature');
  const { vkey } = file.headOffice;
  const fingerprint = fingerprintOf(vkey);
  if (pinned.shipped !== null && pinned.shipped !== vkey) throw refuseBranchFile('other-key', { fingerprint });
  return {
    file,
    sha256: hash('sha256', text, 'hex'),
    fingerprint,
    isPinned: vkey === pinned.shipped || vkey === pinned.before,
    isOtherHeadOffice: pinned.before !== null && pinned.before !== vkey,
    isExpired: Date.parse(file.expires) <= now,
  };
}

/** What copying and pasting does to a text: a mark in front, other line ends, blank lines behind. */
function tidy(text: string): string {
  return `${text
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .trim()}\n`;
}

function isSound({ witnesses, quorum, headOffice }: BranchFile): boolean {
  const keys = witnesses.map(({ vkey }) => vkey);
  return readWitnessPolicy(keys, quorum) !== null && witnesses[0]?.url === null && headOffice.recipient.startsWith('age1');
}

const ASK = 'Ask head office for the file again.';
const TOLD: Record<RefusalCause, readonly [happened: string, next: string]> = {
  large: ['This is no branch file: it is too long for one.', 'Choose the file that head office issued.'],
  malformed: ['This is no branch file, or a part of it is missing.', `Choose the whole file that head office issued. ${ASK}`],
  signature: ['The branch file is not as head office signed it.', `Do not use it. ${ASK}`],
  'other-key': [
    'The branch file is signed by another head office than the one that this program was made for.',
    'Do not use it, and tell head office that you have it.',
  ],
  unconfirmed: [
    'Nobody has confirmed that the key in the branch file is head office’s.',
    'Call head office at a number that you know, have them read the fingerprint to you, and give it only where it is the same.',
  ],
  'other-branch': [
    'The branch file is for another branch than the one that this log belongs to.',
    'Ask head office for a file for this branch, or use a new data folder.',
  ],
};

export function refuseBranchFile(cause: RefusalCause, facts: Record<string, string> = {}): Failed {
  const [happened, next] = TOLD[cause];
  return new Failed({
    kind: 'branch-file-refused',
    happened,
    safe: 'This PC was not enrolled, and nothing was changed.',
    next,
    facts: { cause, ...facts },
  });
}
