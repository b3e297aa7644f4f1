/** The first start of a branch: the account of IT comes first, and makes the others; or everything comes from a backup. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Tabs } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Failure } from '../../contract/failure.ts';
import { useConnection } from '../connection/connection.tsx';
import { FirstEnrolment } from '../enrolment/first-enrolment.tsx';
import type { NamedPerson } from '../enrolment/waiting-people.tsx';
import { RestoreForm } from '../keep/restore-form.tsx';
import { FailureNote, failureOf } from '../shell/failure-note.tsx';
import { AccountInputs, useAccountFields } from './account-fields.tsx';
import classes from './door.module.css';
import { DoorPage } from './door-page.tsx';
import { NewPassphraseInputs, useNewPassphrase } from './new-passphrase.tsx';

export function FirstStartPage() {
  const { t } = useLingui();
  return (
    <DoorPage title={t`Set up this branch`} wide>
      <Tabs defaultValue="new" keepMounted={false}>
        <Tabs.List mb={18}>
          <Tabs.Tab value="new">
            <Trans>A new branch</Trans>
          </Tabs.Tab>
          <Tabs.Tab value="branch-file">
            <Trans>I have a branch file</Trans>
          </Tabs.Tab>
          <Tabs.Tab value="backup">
            <Trans>Restore from a backup</Trans>
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="new" className={classes.columns}>
          <About />
          <Begin />
        </Tabs.Panel>
        <Tabs.Panel value="branch-file" className={classes.columns}>
          <FirstEnrolment begin={(it) => <Begin it={it} />} />
        </Tabs.Panel>
        <Tabs.Panel value="backup" className={classes.columns}>
          <AboutRestoring />
          <RestoreForm />
        </Tabs.Panel>
      </Tabs>
    </DoorPage>
  );
}

function About() {
  return (
    <div>
      <p className={classes.about}>
        <Trans>
          Everybody works here under a name of their own, and the log says who did what. The first account belongs to IT, because somebody
          has to give the others theirs.
        </Trans>
      </p>
      <ol className={classes.steps}>
        <li>
          <Trans>Now: make the account of IT, here at the right. It works at once.</Trans>
        </li>
        <li>
          <Trans>
            Then, under People: make an account for each loan officer, supervisor and auditor, with a first passphrase that you hand over.
          </Trans>
        </li>
        <li>
          <Trans>Each of them signs in and chooses a passphrase of their own. Then the branch can decide.</Trans>
        </li>
      </ol>
      <p className={classes.about}>
        <Trans>
          IT makes accounts, gives roles and new first passphrases, and makes backups. IT sees no applicant and no decision, and decides
          nothing.
        </Trans>
      </p>
      <p className={classes.loss}>
        <Trans>
          Make a second account of IT for a colleague soon: whoever loses a passphrase gets a new one from IT, and IT only from another of
          IT.
        </Trans>
      </p>
    </div>
  );
}

function AboutRestoring() {
  return (
    <div>
      <p className={classes.about}>
        <Trans>Where a PC was lost or is replaced, this one takes up where its last backup ended.</Trans>
      </p>
      <ol className={classes.steps}>
        <li>
          <Trans>Choose the file of the backup: on a stick, or wherever it was kept.</Trans>
        </li>
        <li>
          <Trans>Type the recovery key of that branch, from its paper in the safe. Nothing else opens the file.</Trans>
        </li>
        <li>
          <Trans>Then everybody signs in with the account and passphrase that they had on the day of the backup.</Trans>
        </li>
      </ol>
      <p className={classes.loss}>
        <Trans>
          The old PC must not be used any more. What was decided after the backup is not in it, and who was erased after it must be erased
          again.
        </Trans>
      </p>
    </div>
  );
}

/** @param it whom head office named for it; null: nobody */
function Begin({ it = null }: { it?: NamedPerson | null }) {
  const { t } = useLingui();
  const { service, session } = useConnection();
  const fields = useAccountFields(it);
  const chosen = useNewPassphrase();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function begin(event: FormEvent) {
    event.preventDefault();
    const who = fields.check();
    const passphrase = chosen.check();
    if (who === null || passphrase === null || busy) return;
    setBusy(true);
    setFailure(null);
    try {
      session.receive(await service.ask((client, options) => client.door.begin({ ...who, passphrase }, options)));
    } catch (error) {
      setFailure(failureOf(error));
      setBusy(false);
    }
  }

  return (
    <form className={classes.form} onSubmit={(event) => void begin(event)} noValidate>
      {failure && <FailureNote failure={failure} />}
      <AccountInputs of={fields} autoFocus />
      <NewPassphraseInputs of={chosen} label={t`Passphrase`} />
      <Button type="submit" loading={busy}>
        <Trans>Make the account of IT</Trans>
      </Button>
    </form>
  );
}
