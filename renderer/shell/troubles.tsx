/** What does not work as it should, over every page: what still works meanwhile, and what is refused. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { OfficeStatus } from '../../contract/ipc.ts';
import type { Trouble, TroubleKind } from '../../contract/trouble.ts';
import { useLocale } from '../language/locale.tsx';
import classes from './troubles.module.css';

type Told = readonly [matter: MessageDescriptor, works: MessageDescriptor, refused: MessageDescriptor];

const REFERS = msg`Applications are entered, checked and logged as usual, and every one is referred to a person.`;
const NO_MACHINE = msg`Approving and declining without a person.`;

/** The service tells the same in English; here it is told in the language shown. */
const TEXTS: Record<TroubleKind, Told> = {
  'disk-low': [
    msg`The disk is almost full.`,
    msg`Looking at decisions, verifying, exporting and backing up.`,
    msg`New decisions, until there is room again.`,
  ],
  'policy-expired': [msg`The credit policy has expired.`, REFERS, NO_MACHINE],
  'model-expired': [msg`The scoring model has expired.`, REFERS, NO_MACHINE],
  'no-policy': [msg`There is no credit policy that can be used.`, REFERS, NO_MACHINE],
  'no-model': [msg`There is no model that can be used.`, REFERS, NO_MACHINE],
  'clock-jumped': [
    msg`The clock of this PC jumped.`,
    msg`Everything. The order of entries does not depend on the clock.`,
    msg`Nothing. Dates on documents and expiry dates are as wrong as the clock is: have it set right.`,
  ],
  'key-store-unavailable': [
    msg`The system's key store cannot be trusted with the key of the data.`,
    msg`Everything, once the passphrase of the branch was given.`,
    msg`Starting without the passphrase.`,
  ],
};

export function Troubles({ of }: { of: OfficeStatus }) {
  if (of.troubles.length === 0) return null;
  return (
    <div className={classes.troubles} role="status" data-no-print>
      {of.troubles.map((trouble) => (
        <Banner key={`${trouble.kind} ${trouble.product}`} of={trouble} products={of.products} />
      ))}
    </div>
  );
}

function Banner({ of, products }: { of: Trouble; products: OfficeStatus['products'] }) {
  const { i18n } = useLingui();
  const { text, formats } = useLocale();
  const [matter, works, refused] = TEXTS[of.kind];
  const title = products.find(({ product }) => product === of.product)?.title;
  const since = formats.moment(of.since);
  return (
    <details className={classes.trouble}>
      <summary>
        <IconAlertTriangle size={18} stroke={1.8} aria-hidden />
        <strong>
          {title && <>{text(title)}: </>}
          {i18n._(matter)}
        </strong>
        <span className={classes.refused}>
          <Trans>Refused:</Trans> {i18n._(refused)}
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
        <dd>{i18n._(refused)}</dd>
        <dt>
          <Trans>Noticed</Trans>
        </dt>
        <dd>{since}</dd>
      </dl>
    </details>
  );
}
