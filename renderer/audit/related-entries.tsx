/** Entries about the same application: its decision, reviews, holds, erasure. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import type { LogRow } from '../../contract/audit.ts';
import { OutcomeMark } from '../decision/outcome.tsx';
import { useLocale } from '../language/locale.tsx';
import classes from './audit.module.css';
import { OverrideName } from './override-name.tsx';
import { useTypeName } from './type-name.ts';

export function RelatedEntries({ rows }: { rows: LogRow[] }) {
  const { t } = useLingui();
  const { formats } = useLocale();
  const typeName = useTypeName();
  if (rows.length === 0)
    return (
      <p className={classes.none}>
        <Trans>No other entry is about the same application.</Trans>
      </p>
    );
  return (
    <ul className={classes.related} aria-label={t`Entries about the same application`}>
      {rows.map(({ seq, type, wall, actor, outcome, override, detail }) => (
        <li key={seq}>
          <Link to="/audit/$seq" params={{ seq: String(seq) }}>
            <Trans>Entry {seq}</Trans>
          </Link>
          <span>{typeName(type)}</span>
          <span>{formats.moment(wall)}</span>
          <span>{actor}</span>
          {outcome && <OutcomeMark outcome={outcome} />}
          {override && <OverrideName override={override} />}
          <span className={classes.soft}>{detail}</span>
        </li>
      ))}
    </ul>
  );
}
