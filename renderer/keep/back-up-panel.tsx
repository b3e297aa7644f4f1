/** A backup: one button, and what to do with the file. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconCircleCheck, IconDatabaseExport } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { Backup, RecoveryKeyState } from '../../contract/keep-calls.ts';
import { CopyBlock } from '../audit/copy-block.tsx';
import { useConnection } from '../connection/connection.tsx';
import { useLocale } from '../language/locale.tsx';
import { FailureNote, failureOf } from '../shell/failure-note.tsx';
import classes from './keep.module.css';

export function BackUpPanel({ state }: { state: RecoveryKeyState }) {
  const { service } = useConnection();
  const backUp = useMutation({ mutationFn: () => service.ask((client, options) => client.keep.backUp(undefined, options)) });
  const isPossible = state === 'given';
  return (
    <>
      <p className={classes.soft}>
        <Trans>Work goes on meanwhile. The file is as the branch is at this moment; what is decided later is in the next one.</Trans>
      </p>
      <div className={classes.buttons}>
        <Button
          size="sm"
          leftSection={<IconDatabaseExport size={16} aria-hidden />}
          disabled={!isPossible}
          aria-describedby={isPossible ? undefined : 'no-backup'}
          loading={backUp.isPending}
          onClick={() => backUp.mutate()}
        >
          <Trans>Back up now</Trans>
        </Button>
        {!isPossible && (
          <span id="no-backup" className={classes.why}>
            <Trans>Make a recovery key first: without one that somebody has, nobody could open the backup.</Trans>
          </span>
        )}
        {backUp.isPending && (
          <span className={classes.waiting} role="status">
            <Trans>Writing and checking the backup. With a long log this takes a minute.</Trans>
          </span>
        )}
      </div>
      {backUp.isError && <FailureNote failure={failureOf(backUp.error)} />}
      {backUp.data && !backUp.isPending && <Written backup={backUp.data} />}
    </>
  );
}

function Written({ backup: { file, bytes, sha256, size } }: { backup: Backup }) {
  const { t } = useLingui();
  const { formats } = useLocale();
  const megabytes = formats.number(Math.max(Math.round(bytes / 1e5) / 10, 0.1));
  const entries = formats.number(size);
  return (
    <section className={classes.done} role="status">
      <IconCircleCheck size={24} stroke={1.7} aria-hidden />
      <div>
        <h2>
          <Plural
            value={size}
            one={`The backup is written: ${entries} entry, ${megabytes} MB.`}
            other={`The backup is written: ${entries} entries, ${megabytes} MB.`}
          />
        </h2>
        <p>
          <Trans>The file is here:</Trans>
        </p>
        <CopyBlock label={t`File`} text={file} />
        <p>
          <Trans>Its SHA-256, to be compared after it was carried elsewhere:</Trans>
        </p>
        <CopyBlock label={t`SHA-256 of the backup`} text={sha256} />
        <ol className={classes.points}>
          <li>
            <Trans>Copy it to a place outside this PC: a stick in the safe, or head office. On this PC alone it helps nobody.</Trans>
          </li>
          <li>
            <Trans>Keep the recovery key in another place than the backup.</Trans>
          </li>
          <li>
            <Trans>Then delete older backups and their copies: they still name applicants who were erased since.</Trans>
          </li>
        </ol>
      </div>
    </section>
  );
}
