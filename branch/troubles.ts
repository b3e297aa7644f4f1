/** Degraded, and honest about it: what is wrong with this office now. Each trouble is an entry of the log when it begins. */
import { Failed } from '../contract/failure.ts';
import type { ProductView } from '../contract/ipc.ts';
import type { Trouble, TroubleKind } from '../contract/trouble.ts';
import { listActive } from '../db/active.ts';
import { lastCountersigned } from '../db/countersigned.ts';
import { inTransaction } from '../db/handle.ts';
import { lastEntryOfType } from '../db/log-entries.ts';
import { getSetting, putSettings } from '../db/settings.ts';
import { canonicalise, parseCanonical } from '../ledger/canonical-json.ts';
import { appendEntries, noteClockJump } from './log/append-entries.ts';
import { keepingPlace } from './log/branch-log.ts';
import { diskSpace } from './log/disk-reserve.ts';
import type { Branch } from './open-branch.ts';
import { syncState } from './sync/sync-state.ts';

const REFERS = 'Applications are entered, checked and logged as usual, and every one is referred to a person.';
const NO_MACHINE = 'Approving and declining without a person.';

const TEXTS: Record<TroubleKind, Pick<Trouble, 'works' | 'refused'> & { happened: string }> = {
  'disk-low': {
    happened: 'Free space on the disk fell below the reserve.',
    works: 'Looking at decisions, verifying, signing checkpoints, exporting and backing up.',
    refused: 'New decisions, until there is room again.',
  },
  'policy-expired': { happened: 'The credit policy has expired.', works: REFERS, refused: NO_MACHINE },
  'model-expired': { happened: 'The model has expired.', works: REFERS, refused: NO_MACHINE },
  'no-policy': { happened: 'There is no credit policy that can be used.', works: REFERS, refused: NO_MACHINE },
  'no-model': { happened: 'There is no model that can be used.', works: REFERS, refused: NO_MACHINE },
  'model-suspended': { happened: 'The model is suspended.', works: REFERS, refused: NO_MACHINE },
  'model-went-back': {
    happened: 'A new model failed on this PC, and the one before it came back.',
    works: 'Everything, with the model before.',
    refused: 'The model that failed.',
  },
  'clock-jumped': {
    happened: 'The clock of this PC jumped.',
    works: 'Everything. The order of entries does not depend on the clock; when they were made is bounded by witnesses.',
    refused: 'Nothing. Dates on documents and expiry dates are as wrong as the clock is: have it set right.',
  },
  'key-store-unavailable': {
    happened: 'The key store of this system cannot be trusted with the database key.',
    works: 'Everything, once the passphrase of this folder was given.',
    refused: 'Starting without the passphrase.',
  },
  'sync-stopped': {
    happened: 'Sending to head office has stopped.',
    works: 'Everything here. Every entry is stored, and waits in the log.',
    refused: 'Sending by itself, until somebody has looked at the page Sync and says to go on.',
  },
};

type Found = Pick<Trouble, 'kind' | 'product'> & { since: string | null };

/**
 * The troubles of this office as they are now. One that begins becomes an entry (a failure of its kind; a clock jump has its own entry) in the
 * transaction that remembers since when it is.
 * Where not even that can be stored, a full disk say, the trouble is told all the same.
 */
export function noteTroubles(branch: Branch, products: readonly ProductView[]): Trouble[] {
  noteClockJump(branch.log);
  const now = new Date(branch.clock.now()).toISOString();
  const before = begun(branch);
  const found = findTroubles(branch, products);
  const since = Object.fromEntries(
    found.flatMap((each) => (each.kind === 'clock-jumped' ? [] : [[nameOf(each), before[nameOf(each)] ?? now] as const])),
  );
  keep(branch, before, since, found);
  return found.map((each) => {
    const { works, refused } = TEXTS[each.kind];
    return { kind: each.kind, product: each.product, since: each.since ?? since[nameOf(each)] ?? now, works, refused };
  });
}

function findTroubles(branch: Branch, products: readonly ProductView[]): Found[] {
  const found: Found[] = [];
  const add = (kind: TroubleKind, product: string | null, since: string | null = null) => found.push({ kind, product, since });
  if (diskSpace(branch.dataDir).low) add('disk-low', null);
  const jumped = clockJumpOf(branch);
  if (jumped !== null) add('clock-jumped', null, jumped);
  if (branch.keyProtection === 'passphrase' && !branch.hasKeyStore) add('key-store-unavailable', null);
  if (syncState(branch.log.db).stopped !== null) add('sync-stopped', null);
  const champions = new Map(listActive(branch.log.db).flatMap((one) => (one.alias === 'champion' ? [[one.product, one] as const] : [])));
  for (const { definition, model, policy } of products) {
    const champion = champions.get(definition.product);
    if (champion?.suspendedBy != null) add('model-suspended', definition.product);
    else if (model === null) add('no-model', definition.product);
    else if (model.daysLeft < 0) add('model-expired', definition.product);
    if (champion?.cause === 'automatic') add('model-went-back', definition.product, champion.activatedAt);
    if (policy === null) add('no-policy', definition.product);
    else if (policy.daysLeft < 0) add('policy-expired', definition.product);
  }
  return found;
}

/** When the clock last jumped in this run of the program; null: not, or a witness has looked at its own clock since. */
function clockJumpOf({ log }: Branch): string | null {
  const last = lastEntryOfType(log.db, 'clock-jump');
  return last === null || last.seq < Math.max(log.opened, lastCountersigned(log.db)?.size ?? 0) ? null : last.wall;
}

const nameOf = ({ kind, product }: Found): string => (product === null ? kind : `${kind} ${product}`);

function begun({ log }: Branch): Record<string, string> {
  const text = getSetting(log.db, 'troubles.begun');
  return text === null ? {} : ((parseCanonical(Buffer.from(text))?.value ?? {}) as Record<string, string>);
}

function keep(branch: Branch, before: Record<string, string>, since: Record<string, string>, found: readonly Found[]): void {
  const { log } = branch;
  const text = canonicalise(since);
  if (text === canonicalise(before)) return;
  const entries = found
    .filter((each) => each.kind !== 'clock-jumped' && before[nameOf(each)] === undefined)
    .map(({ kind, product }) => {
      const { happened } = TEXTS[kind];
      return {
        entry: {
          type: 'failure',
          actor: 'system',
          role: 'system',
          kind,
          happened: product === null ? happened : `${product}: ${happened}`,
        },
      } as const;
    });
  try {
    keepingPlace(log, () =>
      inTransaction(log.db, () => {
        putSettings(log.db, { 'troubles.begun': text });
        if (entries.length > 0) appendEntries(log, entries);
      }),
    );
  } catch (error) {
    // Nothing more can be stored: the trouble is on the screen, and the next look tries again.
    if (!(error instanceof Failed)) throw error;
  }
}
