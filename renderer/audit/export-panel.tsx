/** Taking evidence away: a bundle that an outsider verifies without this program. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconPackageExport } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocale } from '../language/locale.tsx';
import classes from './audit.module.css';
import { CallProgress } from './call-progress.tsx';
import { CopyBlock } from './copy-block.tsx';
import { useLongCall } from './long-call.ts';

interface Done {
  step: 'done';
  file: string;
  bytes: number;
  sha256: string;
  entries: number;
}

/** @param range inclusive entry numbers; the button is off where it is null */
export function ExportPanel({ range }: { range: { from: number; to: number } | null }) {
  const { t } = useLingui();
  const [personal, setPersonal] = useState(false);
  const { state, start } = useLongCall<Done>();
  return (
    <>
      <p className={classes.about}>
        <Trans>
          Writes a zip file with the entries, their proofs, and the models and policies that decided. An outsider can verify it on another
          computer with the independent verifier. The export itself is written to the log with your name.
        </Trans>
      </p>
      <Checkbox
        size="sm"
        label={t`Include personal data: names and whatever else identifies applicants, readable by anybody who gets the file`}
        checked={personal}
        onChange={(event) => setPersonal(event.currentTarget.checked)}
      />
      <p className={classes.warning} data-personal={personal}>
        <IconAlertTriangle size={17} aria-hidden />
        {personal ? (
          <Trans>The file will name the applicants. Hand it only to whoever may know them, and delete it afterwards.</Trans>
        ) : (
          <Trans>
            The file names no applicant, and every proof stays valid. It does contain their incomes, debts and other answers, and the names
            of accounts.
          </Trans>
        )}
      </p>
      <Button
        size="sm"
        leftSection={<IconPackageExport size={16} aria-hidden />}
        disabled={range === null}
        loading={state.step === 'running'}
        onClick={() => range && start((client, options) => client.audit.exportEvidence({ ...range, personal }, options))}
      >
        <Trans>Export evidence</Trans>
      </Button>
      <CallProgress state={state} />
      {state.step === 'ended' && <Exported done={state.end} />}
    </>
  );
}

function Exported({ done: { file, bytes, sha256, entries } }: { done: Done }) {
  const { t } = useLingui();
  const { formats } = useLocale();
  const size = formats.number(Math.ceil(bytes / 1000));
  return (
    <section className={classes.result} data-good role="status">
      <IconCircleCheck size={22} stroke={1.7} aria-hidden />
      <div>
        <p className={classes.verdict}>
          <Plural value={entries} one={`# entry was written (${size} KB).`} other={`# entries were written (${size} KB).`} />
        </p>
        <p>
          <Trans>The file is here:</Trans>
        </p>
        <CopyBlock label={t`File`} text={file} />
        <p>
          <Trans>Its SHA-256, to be compared after it was carried elsewhere:</Trans>
        </p>
        <CopyBlock label={t`SHA-256 of the file`} text={sha256} />
      </div>
    </section>
  );
}
