/** Records that are held: nobody may erase them until the hold is lifted. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useLocale } from '../language/locale.tsx';
import { FailedQuestion, FailureNote, failureOf } from '../shell/failure-note.tsx';
import classes from './audit.module.css';
import { HOLD_REASONS, type HoldReason } from './hold-reason.tsx';
import { useHolds, useSetHold } from './use-holds.ts';

export function HoldsPanel() {
  const { t, i18n } = useLingui();
  const { formats } = useLocale();
  const holds = useHolds();
  const setHold = useSetHold();
  if (holds.isError) return <FailedQuestion error={holds.error} retry={() => void holds.refetch()} />;
  return (
    <>
      <p className={classes.about}>
        <Trans>A held record may not be erased, whatever its age. A hold is set on the page of the decision that it is about.</Trans>
      </p>
      {setHold.isError && <FailureNote failure={failureOf(setHold.error)} />}
      {holds.data?.length === 0 && (
        <p className={classes.none}>
          <Trans>No record is held.</Trans>
        </p>
      )}
      {holds.data && holds.data.length > 0 && (
        <Table aria-label={t`Legal holds`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>
                <Trans>Set by</Trans>
              </Table.Th>
              <Table.Th>
                <Trans>Held since</Trans>
              </Table.Th>
              <Table.Th>
                <Trans>Reason</Trans>
              </Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {holds.data.map(({ application, seq, since, reason }) => (
              <Table.Tr key={application}>
                <Table.Td>
                  <Link to="/audit/$seq" params={{ seq: String(seq) }}>
                    <Trans>Entry {seq}</Trans>
                  </Link>
                </Table.Td>
                <Table.Td>{formats.moment(since)}</Table.Td>
                <Table.Td>{reason in HOLD_REASONS ? i18n._(HOLD_REASONS[reason as HoldReason]) : reason}</Table.Td>
                <Table.Td>
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={t`Lift the hold on entry ${seq}`}
                    loading={setHold.isPending && setHold.variables.application === application}
                    onClick={() => setHold.mutate({ application, hold: false, reason: 'ended' })}
                  >
                    <Trans>Lift</Trans>
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  );
}
