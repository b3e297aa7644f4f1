/** Who is still named although nothing obliges the bank to keep the record (GDPR Art. 5(1)(e)): who is due longest stands first. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Skeleton, Table } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { DueRecord } from '../../contract/keep-calls.ts';
import { useConnection } from '../connection/connection.tsx';
import { useLocale } from '../language/locale.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import classes from './keep.module.css';
import { DUE_KEY } from './keep-query.ts';

const ROWS = 10;

export function DueRecords() {
  const { t } = useLingui();
  const { service } = useConnection();
  const due = useQuery({
    queryKey: DUE_KEY,
    queryFn: ({ signal }) => service.ask((client, options) => client.keep.due(undefined, options), signal),
    staleTime: 0,
  });
  if (due.isError) return <FailedQuestion error={due.error} retry={() => void due.refetch()} />;
  if (!due.data) return <Skeleton height={120} role="status" aria-label={t`Loading the records`} />;
  const { months, records, total } = due.data;
  return (
    <>
      <p className={classes.soft}>
        <Trans>
          This branch must keep a decision for {months} months after it was made. After that there must be a reason to go on naming the
          applicant; without one, erase.
        </Trans>
      </p>
      {total === 0 ? (
        <p className={classes.good}>
          <IconCircleCheck size={18} stroke={1.7} aria-hidden />
          <Trans>Nobody is named here for longer than that.</Trans>
        </p>
      ) : (
        <>
          <p className={classes.count}>
            <Plural value={total} one="# applicant is still named." other="# applicants are still named." />
          </p>
          <DueTable records={records} />
        </>
      )}
    </>
  );
}

function DueTable({ records }: { records: DueRecord[] }) {
  const { t } = useLingui();
  const { formats } = useLocale();
  const [shown, setShown] = useState(ROWS);
  return (
    <>
      <Table aria-label={t`Records whose duty of keeping is over`} className={classes.table ?? ''} verticalSpacing={7}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <Trans>Entry</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>Had to be kept until</Trans>
            </Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {records.slice(0, shown).map(({ application, seq, keptUntil }) => (
            <Table.Tr key={application}>
              <Table.Td>{seq}</Table.Td>
              <Table.Td>{formats.day(keptUntil)}</Table.Td>
              <Table.Td className={classes.action ?? ''}>
                <Button
                  size="compact-sm"
                  variant="default"
                  renderRoot={(props) => (
                    <Link to="/privacy/$seq" params={{ seq: String(seq) }} aria-label={t`What would go of entry ${seq}`} {...props} />
                  )}
                >
                  <Trans>What would go</Trans>
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {records.length > shown && (
        <Button variant="default" size="sm" onClick={() => setShown((count) => count + 5 * ROWS)}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </>
  );
}
