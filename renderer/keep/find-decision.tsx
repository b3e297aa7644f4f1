/** The decisions of an applicant, by name or entry number. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Table, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { DecisionRow } from '../../contract/decision-list.ts';
import { useConnection } from '../connection/connection.tsx';
import { OutcomeMark } from '../decision/outcome.tsx';
import { useLocale } from '../language/locale.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { useProducts } from '../shell/products.ts';
import classes from './keep.module.css';

const MOST = 20;

export function FindDecision() {
  const { t } = useLingui();
  const { service } = useConnection();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [sought, setSought] = useState<string | null>(null);
  const [problem, setProblem] = useState<string>();
  const found = useQuery({
    queryKey: ['decisions', 'sought', sought],
    queryFn: ({ signal }) =>
      service.ask(
        (client, options) => client.decisions.list({ filter: { search: sought ?? '' }, offset: 0, limit: MOST }, options),
        signal,
      ),
    enabled: sought !== null,
    staleTime: 0,
    gcTime: 0,
  });

  function find(event: FormEvent) {
    event.preventDefault();
    const search = typed.trim();
    if (search === '') return setProblem(t`Type a name or the number of an entry.`);
    setProblem(undefined);
    if (/^\d{1,15}$/.test(search)) return void navigate({ to: '/privacy/$seq', params: { seq: String(Number(search)) } });
    if (search === sought) void found.refetch();
    setSought(search);
  }

  return (
    <>
      <form className={classes.search} onSubmit={find} noValidate>
        <TextInput
          label={t`Name or number of the entry`}
          description={t`The number stands on the decision and on the applicant's receipt.`}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setProblem(undefined);
          }}
          error={problem}
          maxLength={200}
          autoComplete="off"
        />
        <Button type="submit" leftSection={<IconSearch size={16} aria-hidden />} loading={found.isFetching}>
          <Trans>Find</Trans>
        </Button>
      </form>
      {found.isError && <FailedQuestion error={found.error} retry={() => void found.refetch()} />}
      {found.data && <Found rows={found.data.rows} total={found.data.total} />}
    </>
  );
}

function Found({ rows, total }: { rows: DecisionRow[]; total: number }) {
  const { t } = useLingui();
  if (rows.length === 0)
    return (
      <p className={classes.none} role="status">
        <Trans>No decision is of that name. Who was erased is found by the number of the entry alone.</Trans>
      </p>
    );
  return (
    <>
      <Table aria-label={t`Decisions of that name`} className={classes.table ?? ''} verticalSpacing={7}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <Trans>Entry</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>Applicant</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>Time</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>Product</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>Outcome</Trans>
            </Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <FoundRow key={row.seq} of={row} />
          ))}
        </Table.Tbody>
      </Table>
      {total > rows.length && (
        <p className={classes.none}>
          <Trans>
            The newest {MOST} of {total} are shown. Type more of the name.
          </Trans>
        </p>
      )}
    </>
  );
}

function FoundRow({ of: { seq, applicant, wall, product, outcome, reviewed } }: { of: DecisionRow }) {
  const { t } = useLingui();
  const { formats, text } = useLocale();
  const products = useProducts();
  const title = products.data?.find(({ definition }) => definition.product === product)?.definition.title;
  return (
    <Table.Tr>
      <Table.Td>{seq}</Table.Td>
      <Table.Td>{applicant ?? '–'}</Table.Td>
      <Table.Td>{formats.moment(wall)}</Table.Td>
      <Table.Td>{title ? text(title) : product}</Table.Td>
      <Table.Td>
        <OutcomeMark outcome={reviewed ?? outcome} />
      </Table.Td>
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
  );
}
