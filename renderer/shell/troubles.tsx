/** What does not work as it should, over every page: what still works meanwhile, what is refused, and what to do. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { OfficeStatus } from '../../contract/ipc.ts';
import type { Trouble, TroubleKind } from '../../contract/trouble.ts';
import { useLocale } from '../language/locale.tsx';
import classes from './troubles.module.css';

interface Told {
  matter: MessageDescriptor;
  works: MessageDescriptor;
  /** null: nothing is refused. */
  refused: MessageDescriptor | null;
  next: MessageDescriptor;
}

const REFERS = msg`Applications are entered, checked and logged as usual, and every one is referred to a person.`;
const NO_MACHINE = msg`Approving and declining without a person.`;

/** The service tells the same in English; here it is told in the language shown. */
const TEXTS: Record<TroubleKind, Told> = {
  'disk-low': {
    matter: msg`The disk is almost full.`,
    works: msg`Drafts, looking at decisions, reviewing, erasing, verifying. Exports and backups as long as they fit.`,
    refused: msg`New decisions, until there is room again.`,
    next: msg`Make space on this disk, or ask IT to. Delete nothing in the data folder.`,
  },
  'policy-expired': {
    matter: msg`The credit policy has expired.`,
    works: REFERS,
    refused: NO_MACHINE,
    next: msg`Ask head office for a new policy.`,
  },
  'model-expired': {
    matter: msg`The scoring model has expired.`,
    works: REFERS,
    refused: NO_MACHINE,
    next: msg`Ask head office for a new model.`,
  },
  'no-policy': {
    matter: msg`There is no credit policy that can be used.`,
    works: REFERS,
    refused: NO_MACHINE,
    next: msg`Ask head office for a new policy.`,
  },
  'no-model': {
    matter: msg`There is no model that can be used.`,
    works: REFERS,
    refused: NO_MACHINE,
    next: msg`Ask head office for a new model.`,
  },
  'model-suspended': {
    matter: msg`The scoring model is suspended.`,
    works: REFERS,
    refused: NO_MACHINE,
    next: msg`Whoever manages updates can resume it or switch to another.`,
  },
  'model-went-back': {
    matter: msg`A new scoring model failed on this PC, and the one before it decides again.`,
    works: msg`Everything, with the model before.`,
    refused: null,
    next: msg`Tell head office: the log says what failed.`,
  },
  'clock-jumped': {
    matter: msg`The clock of this PC jumped.`,
    works: msg`Everything. The order of entries does not depend on the clock.`,
    refused: null,
    next: msg`Have the clock set right: dates on documents and expiry dates are as wrong as it is.`,
  },
  'key-store-unavailable': {
    matter: msg`The system's key store cannot be trusted with the key of the data.`,
    works: msg`Everything, once the passphrase of the branch was given.`,
    refused: msg`Starting without the passphrase.`,
    next: msg`Keep a copy of the passphrase in the safe, or ask IT to set the key store up.`,
  },
  'sync-stopped': {
    matter: msg`Sending to head office has stopped.`,
    works: msg`Everything here. Every entry is stored, and waits in the log of this PC.`,
    refused: msg`Sending by itself.`,
    next: msg`Tell IT: the page Head office says why, and what to do.`,
  },
};

export function Troubles({ of }: { of: OfficeStatus }) {
  if (of.troubles.length === 0) return null;
  return (
    <div className={classes.troubles} role="status" data-no-print>
      {byKind(of.troubles).map((same) => (
        <Banner key={same[0].kind} of={same} products={of.products} />
      ))}
    </div>
  );
}

type Same = [Trouble, ...Trouble[]];

/** Of several products with the same trouble one banner tells: the work must stay in view. */
function byKind(troubles: readonly Trouble[]): Same[] {
  const groups = new Map<TroubleKind, Same>();
  for (const trouble of troubles) {
    const same = groups.get(trouble.kind);
    if (same) same.push(trouble);
    else groups.set(trouble.kind, [trouble]);
  }
  return [...groups.values()];
}

function Banner({ of, products }: { of: Same; products: OfficeStatus['products'] }) {
  const { i18n } = useLingui();
  const { text, formats } = useLocale();
  const { matter, works, refused, next } = TEXTS[of[0].kind];
  const titles = products.filter(({ product }) => of.some((trouble) => trouble.product === product)).map(({ title }) => text(title));
  const since = formats.moment(of.map((trouble) => trouble.since).sort()[0] ?? of[0].since);
  return (
    <details className={classes.trouble}>
      <summary>
        <IconAlertTriangle size={18} stroke={1.8} aria-hidden />
        <strong>
          {titles.length > 0 && <>{titles.join(', ')}: </>}
          {i18n._(matter)}
        </strong>
        <span className={classes.refused}>
          {refused ? (
            <>
              <Trans>Refused:</Trans> {i18n._(refused)}
            </>
          ) : (
            i18n._(next)
          )}
        </span>
      </summary>
      <dl>
        <dt>
          <Trans>What still works</Trans>
        </dt>
        <dd>{i18n._(works)}</dd>
        <dt>
          <Trans>What is refused</Trans>
        </dt>
        <dd>{refused ? i18n._(refused) : <Trans>Nothing.</Trans>}</dd>
        <dt>
          <Trans>What to do next</Trans>
        </dt>
        <dd>{i18n._(next)}</dd>
        <dt>
          <Trans>Noticed</Trans>
        </dt>
        <dd>{since}</dd>
      </dl>
    </details>
  );
}
