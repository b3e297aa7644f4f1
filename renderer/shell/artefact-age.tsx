/** A product's model and policy versions with what their age means: an expired one turns every decision into a refer. */
import { Plural, Trans } from '@lingui/react/macro';
import { IconAlertTriangle, IconClockExclamation, IconScale } from '@tabler/icons-react';
import type { OfficeStatus } from '../../contract/ipc.ts';
import { useLocale } from '../language/locale.tsx';
import { Item, type Tone } from './status-item.tsx';

type ProductStatus = OfficeStatus['products'][number];

/** Days before expiry from which the bar warns. */
const WARN_DAYS = 30;

export function ArtefactAge({ of }: { of: ProductStatus }) {
  const { text } = useLocale();
  const { model, policy } = of;
  const daysLeft = Math.min(model?.daysLeft ?? -1, policy?.daysLeft ?? -1);
  const tone: Tone = daysLeft < 0 ? 'bad' : daysLeft <= WARN_DAYS ? 'warn' : 'plain';
  const icon = { plain: IconScale, warn: IconClockExclamation, bad: IconAlertTriangle }[tone];
  return (
    <Item icon={icon} tone={tone}>
      {text(of.title)}: <Version of={model} kind="model" /> · <Version of={policy} kind="policy" />
      {tone === 'warn' && (
        <>
          {' '}
          – <Plural value={daysLeft} _0="expires today" one="expires in # day" other="expires in # days" />
        </>
      )}
      {daysLeft < 0 && model && policy && (
        <>
          {' '}
          – <Trans>expired: a person must decide</Trans>
        </>
      )}
    </Item>
  );
}

function Version({ of, kind }: { of: ProductStatus['model']; kind: 'model' | 'policy' }) {
  const version = of?.version;
  if (kind === 'model') return version ? <Trans>model {version}</Trans> : <Trans>no model</Trans>;
  return version ? <Trans>policy {version}</Trans> : <Trans>no policy</Trans>;
}
