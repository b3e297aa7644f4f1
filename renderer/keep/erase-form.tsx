/** The ground, and a second step that says what nobody can undo. Nothing is chosen beforehand. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Modal, Radio } from '@mantine/core';
import { IconEraser } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { ErasurePreview } from '../../contract/audit.ts';
import { Panel } from '../audit/panel.tsx';
import { EraseFailure } from './erasure-refusal.tsx';
import classes from './keep.module.css';
import type { Ground, useErase } from './use-erase.ts';

interface Props {
  preview: ErasurePreview;
  /** null: nobody is named in the decision itself. */
  name: string | null;
  seq: number;
  erase: ReturnType<typeof useErase>;
}

export function EraseForm({ preview: { application }, name, seq, erase }: Props) {
  const { t } = useLingui();
  const [ground, setGround] = useState<Ground | null>(null);
  const [problem, setProblem] = useState<string>();
  const [isAsked, setAsked] = useState(false);

  function ask(event: FormEvent) {
    event.preventDefault();
    if (ground === null) return setProblem(t`Choose why the applicant is erased.`);
    setAsked(true);
  }

  return (
    <div>
      <Panel title={t`Erase`}>
        <form className={classes.form} onSubmit={ask} noValidate>
          <Radio.Group
            label={t`Why`}
            description={t`The log keeps this ground with your name and the day.`}
            value={ground ?? ''}
            onChange={(value) => {
              setGround(value === 'retention-over' ? 'retention-over' : 'subject-request');
              setProblem(undefined);
            }}
            error={problem}
          >
            <div className={classes.choices}>
              <Radio value="subject-request" label={t`The applicant asks for it, and you know that it is them`} />
              <Radio value="retention-over" label={t`The duty of keeping is over`} />
            </div>
          </Radio.Group>
          {erase.isError && <EraseFailure error={erase.error} />}
          <div className={classes.buttons}>
            <Button
              type="submit"
              className={classes.danger ?? ''}
              leftSection={<IconEraser size={16} aria-hidden />}
              loading={erase.isPending}
            >
              <Trans>Erase …</Trans>
            </Button>
          </div>
        </form>
      </Panel>
      <Modal
        opened={isAsked}
        onClose={() => setAsked(false)}
        title={name === null ? t`Erase what names the applicant of entry ${seq}?` : t`Erase ${name}?`}
        size="md"
        withinPortal={false}
        transitionProps={{ duration: 0 }}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        <Confirm
          close={() => setAsked(false)}
          erase={() => {
            setAsked(false);
            if (ground !== null) erase.mutate({ application, ground });
          }}
        />
      </Modal>
    </div>
  );
}

function Confirm({ close, erase }: { close: () => void; erase: () => void }) {
  return (
    <div className={classes.form}>
      <p className={classes.irreversible}>
        <Trans>
          This cannot be undone: not by you, not by IT, not by whoever made this program. The keys are destroyed, and what they sealed can
          never be read again.
        </Trans>
      </p>
      <p className={classes.plain}>
        <Trans>
          From then on nobody can tell from this log whose application this was: not to answer a complaint of theirs, and not for a court.
        </Trans>
      </p>
      <div className={classes.buttons}>
        <Button className={classes.danger ?? ''} onClick={erase}>
          <Trans>Erase for ever</Trans>
        </Button>
        <Button variant="default" onClick={close} data-autofocus>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </div>
  );
}
