/** What the check found, in a plain sentence, with every finding. */
import { Plural, Trans } from '@lingui/react/macro';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import type { VerifyReport } from '../../contract/ipc.ts';
import { useLocale } from '../language/locale.tsx';
import classes from './log.module.css';

export function VerifyResult({ report }: { report: VerifyReport }) {
  const { formats } = useLocale();
  const good = report.verdict === 'intact' || report.verdict === 'intact-unwitnessed-tail';
  const Icon = good ? IconShieldCheck : IconAlertTriangle;
  const tail = report.size - report.countersigned;
  const size = formats.number(report.size);
  const countersigned = formats.number(report.countersigned);
  return (
    <section className={classes.result} data-good={good} role={good ? 'status' : 'alert'}>
      <Icon size={24} stroke={1.7} aria-hidden />
      <div>
        <p className={classes.verdict}>
          <VerdictSentence verdict={report.verdict} />
        </p>
        <p>
          <Trans>
            {size} entries were checked, of which head office has countersigned {countersigned}.
          </Trans>{' '}
          {tail > 0 && (
            <Plural
              value={tail}
              one="The last # entry is not countersigned: whoever holds this PC and its key could have rewritten it, and nobody could tell."
              other="The last # entries are not countersigned: whoever holds this PC and its key could have rewritten them, and nobody could tell."
            />
          )}
        </p>
        <p>
          <Trans>Root</Trans> <code>{report.root}</code>
        </p>
        {report.findings.length > 0 && (
          <ul className={classes.findings}>
            {report.findings.map((finding) => (
              <li key={`${finding.seq} ${finding.message}`}>
                {finding.seq !== null && (
                  <strong>
                    <Trans>Entry {finding.seq}</Trans>:{' '}
                  </strong>
                )}
                {finding.message}
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function VerdictSentence({ verdict }: { verdict: VerifyReport['verdict'] }) {
  switch (verdict) {
    case 'intact':
    case 'intact-unwitnessed-tail':
      return <Trans>The log is intact.</Trans>;
    case 'tampered':
      return <Trans>The log was changed after it was written. Stop deciding here and tell your supervisor.</Trans>;
    case 'malformed':
      return <Trans>The log cannot be read as a log. Ask your IT support, and change nothing.</Trans>;
  }
}
