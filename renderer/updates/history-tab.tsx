/** Everything that happened to what is active, the newest first. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Skeleton, Table } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { historyRow } from '../../contract/update-calls.ts';
import { useTypeName } from '../audit/type-name.ts';
import { useConnection } from '../connection/connection.tsx';
import { useLocale } from '../language/locale.tsx';
import { useMay } from '../people/session.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { useTellDetail } from './tell-detail.ts';
import classes from './updates.module.css';
import { UPDATES_KEY } from './updates-query.ts';

const ROWS = 20;

type HistoryRow = (typeof historyRow)['_output'];

export function HistoryTab({ titleOf }: { titleOf: (product: string) => string }) {
  const { t } = useLingui();
  const { service } = useConnection();
  const [offset, setOffset] = useState(0);
  const history = useQuery({
    queryKey: [...UPDATES_KEY, 'history', offset],
    // With where it begins: the page before stands until the next one is there, and must not be called by its number.
    queryFn: async ({ signal }) => {
      const page = await service.ask((client, options) => client.updates.history({ offset, limit: ROWS }, options), signal);
      return { ...page, begins: offset };
    },
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  if (history.isError) return <FailedQuestion error={history.error} retry={() => void history.refetch()} />;
  if (!history.data) return <Skeleton height={260} role="status" aria-label={t`Loading the history`} />;
  const { rows, total, begins } = history.data;
  if (total === 0)
    return (
      <p className={classes.soft}>
        <Trans>Nothing has happened yet.</Trans>
      </p>
    );
  return (
    <div className={classes.history}>
      <Pager offset={begins} total={total} setOffset={setOffset} />
      <div className={classes.tablePanel}>
        <Table aria-label={t`History`} verticalSpacing={6} horizontalSpacing="md">
          <Head />
          <Table.Tbody>
            {rows.map((row) => (
              <Row key={row.seq} of={row} titleOf={titleOf} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </div>
  );
}

function Head() {
  return (
    <Table.Thead>
      <Table.Tr>
        <Table.Th>
          <Trans>Entry</Trans>
        </Table.Th>
        <Table.Th>
          <Trans>When</Trans>
        </Table.Th>
        <Table.Th>
          <Trans>What</Trans>
        </Table.Th>
        <Table.Th>
          <Trans>Product</Trans>
        </Table.Th>
        <Table.Th>
          <Trans>Details</Trans>
        </Table.Th>
        <Table.Th>
          <Trans>Who</Trans>
        </Table.Th>
      </Table.Tr>
    </Table.Thead>
  );
}

function Row({ of: row, titleOf }: { of: HistoryRow; titleOf: (product: string) => string }) {
  const { seq, wall, actor, type, product } = row;
  const { formats } = useLocale();
  const typeName = useTypeName();
  const tellDetail = useTellDetail();
  const mayRead = useMay('read-log');
  return (
    <Table.Tr data-type={type}>
      <Table.Td>
        {mayRead ? (
          <Link to="/audit/$seq" params={{ seq: String(seq) }} className={classes.link}>
            {seq}
          </Link>
        ) : (
          seq
        )}
      </Table.Td>
      <Table.Td className={classes.when}>{formats.moment(wall)}</Table.Td>
      <Table.Td>{typeName(type)}</Table.Td>
      <Table.Td>{product === null ? '–' : titleOf(product)}</Table.Td>
      <Table.Td className={classes.detail}>{tellDetail(row)}</Table.Td>
      <Table.Td>{actor === 'system' ? <Trans>system</Trans> : actor}</Table.Td>
    </Table.Tr>
  );
}

function Pager({ offset, total, setOffset }: { offset: number; total: number; setOffset: (offset: number) => void }) {
  const { formats } = useLocale();
  const [from, to] = [formats.number(offset + 1), formats.number(Math.min(offset + ROWS, total))];
  return (
    <div className={classes.pager}>
      <span role="status">
        <Plural value={total} one={`${from} to ${to} of # entry`} other={`${from} to ${to} of # entries`} />
      </span>
      <Button size="xs" variant="default" disabled={offset === 0} onClick={() => setOffset(Math.max(offset - ROWS, 0))}>
        <Trans>Newer</Trans>
      </Button>
      <Button size="xs" variant="default" disabled={offset + ROWS >= total} onClick={() => setOffset(offset + ROWS)}>
        <Trans>Older</Trans>
      </Button>
    </div>
  );
}
