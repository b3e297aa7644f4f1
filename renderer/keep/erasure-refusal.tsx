/** What stands in the way of an erasure; and, once it was asked for, the entry that documents that it was refused (GDPR Art. 17(3)(b)). */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconGavel, IconHandStop } from '@tabler/icons-react';
import type { ErasurePreview } from '../../contract/audit.ts';
import type { Failure } from '../../contract/failure.ts';
import { Panel } from '../audit/panel.tsx';
import { useLocale } from '../language/locale.tsx';
import { FailureNote, failureOf } from '../shell/failure-note.tsx';
import classes from './keep.module.css';
import type { useErase } from './use-erase.ts';

type Refusal = NonNullable<ErasurePreview['refusal']>;

interface Props {
  refusal: Refusal;
  application: string;
  erase: ReturnType<typeof useErase>;
}

export function ErasureRefusal({ refusal, application, erase }: Props) {
  const { t } = useLingui();
  const documented = erase.isError && isRefusal(failureOf(erase.error));
  return (
    <Panel title={t`It may not be erased now`}>
      <p className={classes.cause}>
        {refusal.cause === 'legal-hold' ? <IconGavel size={18} aria-hidden /> : <IconHandStop size={18} aria-hidden />}
        <Cause of={refusal} />
      </p>
      {erase.isError && <EraseFailure error={erase.error} />}
      {!documented && (
        <>
          <p className={classes.soft}>
            <Trans>
              If the applicant asked to be erased, note the refusal: it becomes an entry of the log, whose number you can tell them.
            </Trans>
          </p>
          <Button
            size="sm"
            variant="default"
            loading={erase.isPending}
            onClick={() => erase.mutate({ application, ground: 'subject-request' })}
          >
            <Trans>Refuse the request and note it</Trans>
          </Button>
        </>
      )}
    </Panel>
  );
}

function Cause({ of: { cause, until } }: { of: Refusal }) {
  const { formats } = useLocale();
  if (cause === 'legal-hold')
    return (
      <span>
        <Trans>
          An auditor holds this record: a legal hold. Nobody may erase it until the auditor lifts the hold; no day is set for that.
        </Trans>
      </span>
    );
  const day = until === null ? null : formats.day(until);
  return (
    <span>
      {day === null ? (
        <Trans>The law still obliges the bank to keep this record (12 CFR 1002.12(b)).</Trans>
      ) : (
        <Trans>
          The law obliges the bank to keep this record until <strong>{day}</strong> (12 CFR 1002.12(b)). It can be erased after that day.
        </Trans>
      )}
    </span>
  );
}

function isRefusal({ kind }: Failure): boolean {
  return kind === 'retention-holds' || kind === 'on-hold';
}

/** A refusal is no fault of anything: it is told with the number of its entry. Everything else is a failure like any other. */
export function EraseFailure({ error }: { error: unknown }) {
  const { formats } = useLocale();
  const failure = failureOf(error);
  if (!isRefusal(failure)) return <FailureNote failure={failure} />;
  const { seq, until } = failure.facts;
  const day = typeof until === 'string' && until !== '' ? formats.day(until) : null;
  return (
    <section className={classes.refused} role="alert">
      <h3>
        <Trans>Refused. Entry {seq} documents it.</Trans>
      </h3>
      <p>
        {failure.kind === 'on-hold' ? (
          <Trans>Nothing was erased: the record is under a legal hold. Ask the auditor whether it can be lifted.</Trans>
        ) : day === null ? (
          <Trans>Nothing was erased: the law still obliges the bank to keep the record.</Trans>
        ) : (
          <Trans>Nothing was erased: the record must be kept until {day}. Ask again after that day.</Trans>
        )}
      </p>
      <p>
        <Trans>Tell the applicant within a month that it was refused and why, and that they may complain (GDPR Art. 12(4)).</Trans>
      </p>
    </section>
  );
}
