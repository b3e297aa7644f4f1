/** One review: outcome, reasons, remark, who and when, and where it is stored. */
import { Trans, useLingui } from '@lingui/react/macro';
import type { Review } from '../../contract/review.ts';
import { OutcomeMark } from '../decision/outcome.tsx';
import { useLocale } from '../language/locale.tsx';
import { OVERRIDE_CODES } from './override-code.ts';
import classes from './reviews.module.css';

export function ReviewLine({ of }: { of: Review }) {
  const { i18n } = useLingui();
  const { formats } = useLocale();
  const { seq, actor, wall, outcome, override, codes, note } = of;
  const when = formats.moment(wall);
  return (
    <li className={classes.review}>
      <div>
        <OutcomeMark outcome={outcome} />{' '}
        {override === 'low-side' && (
          <span className={classes.override}>
            <Trans>override: approved against the machine</Trans>
          </span>
        )}
        {override === 'high-side' && (
          <span className={classes.override}>
            <Trans>override: declined against the machine</Trans>
          </span>
        )}
      </div>
      {codes.length > 0 && <div>{codes.map((code) => i18n._(OVERRIDE_CODES[code])).join(' · ')}</div>}
      {note !== null && <blockquote>{note}</blockquote>}
      <small>
        <Trans>
          {actor}, {when}, stored as entry {seq}
        </Trans>
      </small>
    </li>
  );
}
