/** A person's own decision. Nothing is chosen beforehand: the machine's outcome must not be the easiest one to take. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, Radio, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Failure } from '../../contract/failure.ts';
import { type Outcome, outcome as outcomes } from '../../contract/policy.ts';
import { type OverrideCode, overrideCode } from '../../contract/review.ts';
import { useConnection } from '../connection/connection.tsx';
import { OUTCOME_WORDS } from '../decision/outcome.tsx';
import { FailureNote, failureOf } from '../shell/failure-note.tsx';
import { OVERRIDE_CODES } from './override-code.ts';
import { reviewsKey, WAITING_KEY } from './review-query.ts';
import classes from './reviews.module.css';

const MOST_CODES = 4;
const LONGEST_NOTE = 2000;

export function ReviewForm({ of, holds, close }: { of: number; holds: Outcome; close: () => void }) {
  const { t, i18n } = useLingui();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [codes, setCodes] = useState<OverrideCode[]>([]);
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState<{ outcome?: string; codes?: string }>({});
  const { record, busy, failure } = useRecord(of);
  const differs = outcome !== null && outcome !== holds;

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    if (outcome === null) return setProblem({ outcome: t`Choose what you decide.` });
    if (differs && codes.length === 0) return setProblem({ codes: t`Choose at least one reason for deciding otherwise.` });
    setProblem({});
    const remark = note.trim();
    if (await record({ outcome, codes: differs ? codes : [], ...(remark === '' ? {} : { note: remark }) })) close();
  }

  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate data-no-print>
      <p className={classes.bias}>
        <Trans>
          Look at the documents and the applicant's own account first, and at the score last. People tend to follow a machine even where it
          is wrong.
        </Trans>
      </p>
      {failure && <FailureNote failure={failure} />}
      <Radio.Group
        label={t`I decide`}
        value={outcome ?? ''}
        onChange={(value) => setOutcome(outcomes.parse(value))}
        error={problem.outcome}
      >
        <div className={classes.choices}>
          {outcomes.options.map((value) => (
            <Radio
              key={value}
              value={value}
              label={value === holds ? t`${i18n._(OUTCOME_WORDS[value])}, as it stands` : i18n._(OUTCOME_WORDS[value])}
            />
          ))}
        </div>
      </Radio.Group>
      {differs && (
        <Checkbox.Group
          label={t`Because`}
          value={codes}
          onChange={(values) => setCodes(overrideCode.array().parse(values).slice(0, MOST_CODES))}
          error={problem.codes}
        >
          <div className={classes.codes}>
            {overrideCode.options.map((code) => (
              <Checkbox key={code} value={code} label={i18n._(OVERRIDE_CODES[code])} />
            ))}
          </div>
        </Checkbox.Group>
      )}
      <Textarea
        label={t`Remark`}
        description={t`What you saw and heard. It is encrypted with a key of its own and goes when the applicant is erased.`}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={LONGEST_NOTE}
        rows={3}
      />
      <div className={classes.buttons}>
        <Button type="submit" loading={busy}>
          <Trans>Store the review</Trans>
        </Button>
        <Button variant="default" onClick={close}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  );
}

function useRecord(of: number) {
  const { service } = useConnection();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  async function record(review: { outcome: Outcome; codes: OverrideCode[]; note?: string }): Promise<boolean> {
    setBusy(true);
    setFailure(null);
    try {
      await service.ask((client, options) => client.reviews.record({ of, ...review }, options));
      return true;
    } catch (error) {
      setFailure(failureOf(error));
      return false;
    } finally {
      setBusy(false);
      for (const queryKey of [reviewsKey(of), WAITING_KEY, ['decisions']]) void queries.invalidateQueries({ queryKey });
    }
  }
  return { record, busy, failure };
}
