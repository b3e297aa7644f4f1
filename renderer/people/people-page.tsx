/** The accounts of this branch, in the hands of IT. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Skeleton } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Account } from '../../contract/people.ts';
import { useConnection } from '../connection/connection.tsx';
import { ENROLMENT_KEY, useEnrolment } from '../enrolment/enrolment-query.ts';
import { type NamedPerson, WaitingPeople } from '../enrolment/waiting-people.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { AddPerson } from './add-person.tsx';
import { type HandedOver, Handover } from './handover.tsx';
import { NewFirstPassphrase } from './new-first-passphrase.tsx';
import classes from './people.module.css';
import { PEOPLE_KEY } from './people-query.ts';
import { PeopleTable } from './people-table.tsx';
import { useMay } from './session.tsx';

/** What stands open over the list. */
type Open = { what: 'add'; named: NamedPerson | null } | { what: 'passphrase'; person: Account } | null;

export function PeoplePage() {
  const { t } = useLingui();
  const { service } = useConnection();
  const queries = useQueryClient();
  const [open, setOpen] = useState<Open>(null);
  const [handed, setHanded] = useState<HandedOver | null>(null);
  const people = useQuery({
    queryKey: PEOPLE_KEY,
    queryFn: ({ signal }) => service.ask((client, options) => client.people.list(undefined, options), signal),
    staleTime: 0,
  });
  const enrolment = useEnrolment(useMay('manage-sync')).data;
  const waiting = enrolment && enrolment.state !== 'none' ? enrolment.waiting : [];
  const close = () => setOpen(null);
  const finish = (over: HandedOver) => {
    close();
    void queries.invalidateQueries({ queryKey: ENROLMENT_KEY });
    setHanded(over);
  };
  return (
    <div className={classes.page}>
      <PageTitle
        aside={
          <Button size="sm" leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setOpen({ what: 'add', named: null })}>
            <Trans>Add a person</Trans>
          </Button>
        }
      >{t`People`}</PageTitle>
      <p className={classes.about}>
        <Trans>
          Everybody who works on this PC has an account with one role. Every change here is written to the log with your name. An account is
          never deleted, because the log names it: switch it off instead.
        </Trans>
      </p>
      {handed && <Handover of={handed} />}
      {people.isError && <FailedQuestion error={people.error} retry={() => void people.refetch()} />}
      {people.isPending && <Skeleton height={180} role="status" aria-label={t`Loading the accounts`} />}
      {people.data && <PeopleTable people={people.data} givePassphrase={(person) => setOpen({ what: 'passphrase', person })} />}
      {people.data && <WaitingPeople people={waiting} add={(named) => setOpen({ what: 'add', named })} />}
      <AddPerson opened={open?.what === 'add'} named={open?.what === 'add' ? open.named : null} close={close} added={finish} />
      <NewFirstPassphrase person={open?.what === 'passphrase' ? open.person : null} close={close} given={finish} />
    </div>
  );
}
