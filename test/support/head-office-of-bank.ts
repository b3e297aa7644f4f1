/** A head office that serves on this PC, and offices that are enrolled with it by a branch file, as in life. Knows no test runner. */
import { enrolBranch } from '../../branch/enrolment/enrol-branch.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { postEnrolment } from '../../branch/sync/post-enrolment.ts';
import { type BranchSettings, PLAIN_SETTINGS } from '../../headoffice/branches/branch-settings.ts';
import { addBranch } from '../../headoffice/branches/issue-branch-file.ts';
import type { Receiving } from '../../headoffice/receive/receiving.ts';
import { openTestHeadOffice, startReceiver } from './head-office.ts';

export interface HeadOfficeOfBank {
  head: Receiving;
  base: string;
  /** Enrols the branch; with `url` null, by stick alone. */
  enrol(branch: Branch, name: string, change?: Partial<BranchSettings>): Promise<void>;
  /** Nothing listens any more; what it holds stays. */
  down(): Promise<void>;
  /** Again, at the same address. */
  up(): Promise<void>;
  close(): Promise<void>;
}

export async function headOfficeOfBank(now: () => number = Date.now): Promise<HeadOfficeOfBank> {
  const head = await openTestHeadOffice('memory://', now);
  let receiver = await startReceiver(head);
  const { base } = receiver;
  let isUp = true;
  const down = async () => {
    if (isUp) await receiver.stop();
    isUp = false;
  };
  return {
    head,
    base,
    async enrol(branch, name, change = {}) {
      const at = { store: head.store, keys: head.keys, now, who: 'cli:test' };
      const file = await addBranch(at, name, `Branch ${name}`, { ...PLAIN_SETTINGS, url: base, ...change }, 14);
      const request = { text: file.text, confirmed: file.fingerprint };
      await enrolBranch(
        branch,
        request,
        { trustRoot: '/nonexistent', post: (url, enrolment, device, signal) => postEnrolment(url, enrolment, device, fetch, signal) },
        new AbortController().signal,
      );
    },
    down,
    async up() {
      receiver = await startReceiver(head, {}, Number(new URL(base).port));
      isUp = true;
    },
    async close() {
      await down();
      await head.store.close();
    },
  };
}
