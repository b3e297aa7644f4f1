/** Alarms from what a branch sends: its entries say what happened, its report what is so now. */
import type { AlarmKind } from '../../contract/fleet.ts';
import type { BranchReport } from '../../contract/sync.ts';
import type { TroubleKind } from '../../contract/trouble.ts';
import { endAlarms, raiseAlarm } from '../alarms.ts';
import type { Sql } from '../store/store.ts';
import type { ReadEntry } from './read-entry.ts';

const MOST_CLOCK_MS = 10 * 60 * 1000;
/** Subject of the alarm that compares clocks, beside `clock-jumped`, which the branch noticed itself. */
const CLOCK = 'clock';

/** A trouble's name is its alarm's subject, so that one ends without the other. The branch's key store is its own affair. */
const ALARMS: Record<TroubleKind, { kind: AlarmKind; detail: string } | null> = {
  'disk-low': { kind: 'disk', detail: 'Free space on the disk is below the reserve; no new decisions are made.' },
  'policy-expired': {
    kind: 'stale-policy',
    detail: 'A credit policy has expired; every application of its product is referred to a person.',
  },
  'no-policy': { kind: 'stale-policy', detail: 'A product has no credit policy; every application of it is referred to a person.' },
  'model-expired': { kind: 'stale-model', detail: 'A model has expired; every application of its product is referred to a person.' },
  'no-model': { kind: 'model', detail: 'A product has no model; every application of it is referred to a person.' },
  'model-suspended': { kind: 'model', detail: 'A model is suspended; every application of its product is referred to a person.' },
  'model-went-back': { kind: 'model', detail: 'A new model failed on the PC, and the one before it decides again.' },
  'clock-jumped': { kind: 'clock', detail: 'The clock of the PC jumped.' },
  'key-store-unavailable': null,
  // Head office refused it itself, and has the alarm of that.
  'sync-stopped': null,
};

/** Notices troubles in entries that came, and entries that cannot be read. */
export async function watchEntries(sql: Sql, branch: string, origin: string, entries: readonly ReadEntry[]): Promise<void> {
  const found = new Set<TroubleKind>();
  for (const { entry } of entries) {
    if (entry?.type === 'clock-jump') found.add('clock-jumped');
    if (entry?.type === 'failure' && Object.hasOwn(ALARMS, entry.kind)) found.add(entry.kind as TroubleKind);
  }
  for (const trouble of found) await raise(sql, branch, trouble);
  const unread = entries.filter(({ trouble }) => trouble !== null);
  if (unread.length > 0)
    await raiseAlarm(sql, {
      branch,
      kind: 'unreadable-entry',
      subject: origin,
      detail: `${unread.length} of the entries that came last cannot be read, the first of them number ${unread[0]!.seq} (${unread[0]!.trouble}). They are stored.`,
    });
}

/** Alarms of a branch that have not ended, asked for once: most submissions end none. */
export interface OpenAlarms {
  list: readonly { kind: AlarmKind; subject: string }[];
  end(kind: AlarmKind, subject: string): Promise<void>;
}

export async function listOpenAlarms(sql: Sql, branch: string): Promise<OpenAlarms> {
  const list = await sql.query<{ kind: AlarmKind; subject: string }>(
    'SELECT kind, subject FROM alarms WHERE branch = $1 AND ended_at IS NULL',
    [branch],
  );
  return {
    list,
    async end(kind, subject) {
      if (list.some((open) => open.kind === kind && open.subject === subject)) await endAlarms(sql, branch, kind, subject);
    },
  };
}

/** What goes on and what is over, by the branch's own word. */
export async function watchReport(sql: Sql, open: OpenAlarms, branch: string, report: BranchReport, now: number): Promise<void> {
  const goesOn = new Set(report.troubles);
  for (const [trouble, alarm] of Object.entries(ALARMS))
    if (alarm !== null && !goesOn.has(trouble as TroubleKind)) await open.end(alarm.kind, trouble);
  for (const trouble of goesOn) await raise(sql, branch, trouble);
  const apart = Date.parse(report.wall) - now;
  if (Math.abs(apart) > MOST_CLOCK_MS)
    await raiseAlarm(sql, {
      branch,
      kind: 'clock',
      subject: CLOCK,
      detail: `The clock of the PC is ${inWords(Math.abs(apart))} ${apart < 0 ? 'behind' : 'ahead of'} head office's.`,
    });
  else await open.end('clock', CLOCK);
}

/** A branch holds head office's signature on more than head office holds: head office was restored from a backup, and the branch sends again. */
export async function watchAcknowledged(
  sql: Sql,
  open: OpenAlarms,
  { branch, origin }: { branch: string; origin: string },
  size: number,
  acked: number | undefined,
): Promise<void> {
  if (acked === undefined) return;
  if (acked <= size) return await open.end('head-office-behind', origin);
  await raiseAlarm(sql, {
    branch,
    kind: 'head-office-behind',
    subject: origin,
    detail: `The branch holds head office's signature on ${acked} entries, and head office holds ${size}. The branch sends the rest again.`,
  });
}

async function raise(sql: Sql, branch: string, trouble: TroubleKind): Promise<void> {
  const alarm = ALARMS[trouble];
  if (alarm !== null) await raiseAlarm(sql, { branch, kind: alarm.kind, subject: trouble, detail: alarm.detail });
}

function inWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1440)} days`;
}
