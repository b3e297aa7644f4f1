/** From what is listed to its evidence: replay and export speak of a range of entry numbers. */
import { Trans } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { LogFilter } from '../../contract/audit.ts';
import { useConnection } from '../connection/connection.tsx';
import { FailureNote, failureOf } from '../shell/failure-note.tsx';
import { useRoom } from './audit-room.tsx';

export function ListedRange({ filter, size, total }: { filter: LogFilter; size: number; total: number }) {
  const { service } = useConnection();
  const { setRange, setTab } = useRoom();
  const ends = useMutation({
    mutationFn: async () => {
      const at = (offset: number) => service.ask((client, options) => client.audit.rows({ filter, offset, limit: 1, upTo: size }, options));
      const [newest, oldest] = await Promise.all([at(0), at(total - 1)]);
      return { from: oldest.rows[0]?.seq ?? 0, to: newest.rows[0]?.seq ?? size - 1 };
    },
    onSuccess: (range) => {
      setRange(range);
      setTab('evidence');
    },
  });
  return (
    <>
      <Button size="compact-sm" variant="default" loading={ends.isPending} onClick={() => ends.mutate()}>
        <Trans>Replay or export these</Trans>
      </Button>
      {ends.isError && <FailureNote failure={failureOf(ends.error)} />}
    </>
  );
}
