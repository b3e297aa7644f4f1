/** For whoever may erase: find an applicant who asks for it, and see who is still named although nothing obliges to keep them. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Panel } from '../audit/panel.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { DueRecords } from './due-records.tsx';
import { FindDecision } from './find-decision.tsx';
import classes from './keep.module.css';

export function PrivacyPage() {
  const { t } = useLingui();
  return (
    <div className={classes.page}>
      <PageTitle>{t`Privacy`}</PageTitle>
      <p className={classes.about}>
        <Trans>
          An applicant may ask to be erased. What names them goes for ever; the decision itself stays in the log, so that it can still be
          verified and decided again. While the law obliges the bank to keep the record, or an auditor holds it, the request is refused, and
          the refusal is written to the log.
        </Trans>
      </p>
      <Panel title={t`Whom is it about?`}>
        <FindDecision />
      </Panel>
      <Panel title={t`The duty of keeping is over`}>
        <DueRecords />
      </Panel>
    </div>
  );
}
