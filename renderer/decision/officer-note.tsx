/** Against automation bias (EU AI Act, Art. 14(4)(b) and (d)): the person is told that the machine may be wrong and that they may disagree. */
import { Trans } from '@lingui/react/macro';
import { IconScale } from '@tabler/icons-react';
import type { Outcome } from '../../contract/policy.ts';
import classes from './report.module.css';

export function OfficerNote({ outcome }: { outcome: Outcome }) {
  return (
    <aside className={classes.officer}>
      <h2>
        <IconScale size={18} stroke={1.7} aria-hidden /> <Trans>You may disagree</Trans>
      </h2>
      <p>
        {outcome === 'refer' ? (
          <Trans>
            The machine leaves this one to a person. Look at the documents and the applicant's own account before you look at the score.
          </Trans>
        ) : (
          <Trans>
            A model sees only what was entered, and people tend to trust it too much. If the documents or the applicant's own account say
            otherwise, do not follow it: hand the application to your supervisor with your reasons, naming the entry.
          </Trans>
        )}
      </p>
      <p>
        <Trans>Tell the applicant that a model took part. They may ask for a person to look again and for an explanation.</Trans>
      </p>
    </aside>
  );
}
