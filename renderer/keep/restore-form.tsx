/** A new PC takes up where a backup ended: the file, the recovery key, and then everybody signs in as before. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconFileDownload } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import door from '../people/door.module.css';
import { FailureNote } from '../shell/failure-note.tsx';
import classes from './keep.module.css';
import { RecoveryKeyInput, useTypedKey } from './recovery-key-input.tsx';
import { useRestore } from './use-restore.ts';

export function RestoreForm() {
  const { t } = useLingui();
  const { file, chooseFile, restore, step, failure } = useRestore();
  const busy = step !== 'idle';
  const key = useTypedKey();
  const [fileProblem, setFileProblem] = useState<string>();

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    const recoveryKey = key.check();
    setFileProblem(file === null ? t`Choose the backup first.` : undefined);
    if (file !== null && recoveryKey !== null) await restore(file, recoveryKey);
  }

  return (
    <form className={door.form} onSubmit={(event) => void submit(event)} noValidate aria-busy={busy}>
      {failure && <FailureNote failure={failure} />}
      <div className={classes.file}>
        <span className={classes.label} id="backup-label">
          <Trans>Backup</Trans>
        </span>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconFileDownload size={16} aria-hidden />}
          disabled={busy}
          onClick={() => {
            setFileProblem(undefined);
            void chooseFile();
          }}
          aria-describedby="backup-file"
        >
          {file === null ? <Trans>Choose the file …</Trans> : <Trans>Choose another file …</Trans>}
        </Button>
        <span id="backup-file" className={classes.chosen} data-problem={fileProblem !== undefined || undefined} role="status">
          {fileProblem ?? file ?? ''}
        </span>
      </div>
      <RecoveryKeyInput of={key} isFixed={busy} isWrong={failure?.kind === 'recovery-key-wrong'} />
      <Button type="submit" loading={busy}>
        <Trans>Restore</Trans>
      </Button>
      {busy && (
        <p className={classes.waiting} role="status">
          {step === 'restoring' ? (
            <Trans>The backup is opened, checked and put in place. This can take some minutes; leave the PC on. Then sign in.</Trans>
          ) : (
            <Trans>The backup is in place. Outpost starts anew with it.</Trans>
          )}
        </p>
      )}
    </form>
  );
}
