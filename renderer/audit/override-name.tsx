import { Trans } from '@lingui/react/macro';

/** EBA GL/2020/06: low-side approves what the model or policy did not, high-side declines what they approved. */
export function OverrideName({ override }: { override: 'low-side' | 'high-side' }) {
  return override === 'low-side' ? <Trans>low-side</Trans> : <Trans>high-side</Trans>;
}
