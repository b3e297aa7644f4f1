/** What every entry has: its kind, its times, who was at work. The PC's clock is a claim; witnesses' clocks bound it. */
import { Trans } from '@lingui/react/macro';
import type { EntryView } from '../../contract/audit.ts';
import { role as knownRole } from '../../contract/entry-base.ts';
import { useLocale } from '../language/locale.tsx';
import { RoleName } from '../shell/role-name.tsx';
import classes from './audit.module.css';
import { useTypeName } from './type-name.ts';

export function EntryFacts({ view: { type, wall, interval, actor, role, leafHash } }: { view: EntryView }) {
  const { formats } = useLocale();
  const typeName = useTypeName();
  const known = knownRole.safeParse(role);
  return (
    <dl className={classes.facts}>
      <dt>
        <Trans>Type</Trans>
      </dt>
      <dd>{typeName(type)}</dd>
      <dt>
        <Trans>Time by this PC's clock</Trans>
      </dt>
      <dd>
        {formats.moment(wall)} <code>{wall}</code>
      </dd>
      <dt>
        <Trans>Proven time</Trans>
      </dt>
      <dd>
        <Proven interval={interval} />
      </dd>
      <dt>
        <Trans>Person</Trans>
      </dt>
      <dd>
        {actor} ({known.success ? <RoleName role={known.data} /> : role})
      </dd>
      <dt>
        <Trans>Hash</Trans>
      </dt>
      <dd>
        <code>{leafHash}</code>
      </dd>
    </dl>
  );
}

function Proven({ interval: { notBefore, notAfter } }: { interval: EntryView['interval'] }) {
  const { formats } = useLocale();
  const [after, before] = [notBefore && formats.moment(notBefore), notAfter && formats.moment(notAfter)];
  if (after && before)
    return (
      <Trans>
        After {after} and before {before}, by the clocks of witnesses.
      </Trans>
    );
  if (after) return <Trans>After {after}, by the clocks of witnesses. No witness has seen the entry itself yet.</Trans>;
  if (before) return <Trans>Before {before}, by the clocks of witnesses.</Trans>;
  return <Trans>None: no witness has countersigned the log. The time is what this PC's clock said.</Trans>;
}
