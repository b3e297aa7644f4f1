/** The question before what decides is changed. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Modal, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { FailureNote, failureOf } from '../shell/failure-note.tsx';
import { Consequences, type Intent } from './consequences.tsx';
import classes from './updates.module.css';
import { type ChangeAnswer, type ChangeRequest, useChange } from './use-change.ts';

const LONGEST_REASON = 500;

interface Props {
  /** null: nothing is asked. */
  of: Intent | null;
  fourEyes: boolean;
  titleOf: (product: string) => string;
  close: () => void;
  done: (answer: ChangeAnswer) => void;
}

export function ChangeDialog({ of, titleOf, close, ...rest }: Props) {
  const { t } = useLingui();
  const product = of ? titleOf(of.places.product) : '';
  const titles = {
    switch: t`${product}: switch to the challenger?`,
    'roll-back': t`${product}: roll back to the model before?`,
    suspend: t`${product}: suspend the model?`,
    resume: t`${product}: resume the model?`,
  };
  return (
    <Modal
      opened={of !== null}
      onClose={close}
      title={of ? titles[of.what] : ''}
      size="md"
      withinPortal={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      {of && <Question of={of} close={close} {...rest} />}
    </Modal>
  );
}

function Question({ of, fourEyes, close, done }: Omit<Props, 'of' | 'titleOf'> & { of: Intent }) {
  const { t } = useLingui();
  const change = useChange();
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string>();
  const isAskedFor = fourEyes && of.what !== 'suspend';

  function submit(event: FormEvent) {
    event.preventDefault();
    if (change.isPending) return;
    if (of.what === 'suspend' && reason.trim() === '') return setProblem(t`Say why: it is written to the log.`);
    change.mutate(requestOf(of, reason.trim()), {
      onSuccess: (answer) => {
        close();
        done(answer);
      },
    });
  }

  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      {change.isError && <FailureNote failure={failureOf(change.error)} />}
      <ul className={classes.points}>
        <Consequences of={of} />
        {isAskedFor && (
          <li>
            <strong>
              <Trans>Nothing changes yet: another person must confirm it first.</Trans>
            </strong>
          </li>
        )}
      </ul>
      {of.what === 'suspend' && (
        <Textarea
          label={t`Why`}
          description={t`Written to the log with your name. Name no applicant.`}
          value={reason}
          onChange={(event) => {
            setReason(event.currentTarget.value);
            setProblem(undefined);
          }}
          maxLength={LONGEST_REASON}
          rows={2}
          error={problem}
          data-autofocus
        />
      )}
      <div className={classes.buttons}>
        <Button type="submit" loading={change.isPending} {...(of.what === 'suspend' && { className: classes.danger ?? '' })}>
          {isAskedFor ? <Trans>Ask for it</Trans> : <Verb of={of} />}
        </Button>
        <Button variant="default" onClick={close} {...(of.what !== 'suspend' && { 'data-autofocus': true })}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  );
}

function Verb({ of }: { of: Intent }) {
  switch (of.what) {
    case 'switch':
      return <Trans>Switch</Trans>;
    case 'roll-back':
      return <Trans>Roll back</Trans>;
    case 'suspend':
      return <Trans>Suspend at once</Trans>;
    case 'resume':
      return <Trans>Resume</Trans>;
  }
}

function requestOf(of: Intent, reason: string): ChangeRequest {
  const { product } = of.places;
  switch (of.what) {
    case 'switch':
      return { what: 'switch', product, sha256: of.to.artefact.sha256 };
    case 'suspend':
      return { what: 'suspend', product, reason };
    default:
      return { what: of.what, product };
  }
}
