/** Setting and lifting the legal hold on one decision's record. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Select } from '@mantine/core';
import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocale } from '../language/locale.tsx';
import { FailedQuestion, FailureNote, failureOf } from '../shell/failure-note.tsx';
import classes from './audit.module.css';
import { HOLD_REASONS, type HoldReason } from './hold-reason.tsx';
import { useHolds, useSetHold } from './use-holds.ts';

export function HoldForm({ application }: { application: string }) {
  const { t, i18n } = useLingui();
  const { formats } = useLocale();
  const holds = useHolds();
  const setHold = useSetHold();
  const [reason, setReason] = useState<HoldReason>('complaint');
  if (holds.isError) return <FailedQuestion error={holds.error} retry={() => void holds.refetch()} />;
  if (!holds.data) return null;
  const held = holds.data.find((hold) => hold.application === application);
  const since = held ? formats.moment(held.since) : '';
  return (
    <>
      <p className={classes.about}>
        {held ? (
          <Trans>This record is held since {since}: it may not be erased.</Trans>
        ) : (
          <Trans>This record is not held: it may be erased when the law no longer obliges the bank to keep it.</Trans>
        )}
      </p>
      <div className={classes.rangeInputs}>
        {!held && (
          <Select
            size="sm"
            label={t`Reason`}
            data={(['litigation', 'complaint', 'supervisory-inquiry', 'internal-audit'] as const).map((value) => ({
              value,
              label: i18n._(HOLD_REASONS[value]),
            }))}
            value={reason}
            onChange={(value) => value && setReason(value)}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
          />
        )}
        <Button
          size="sm"
          variant="default"
          leftSection={held ? <IconLockOpen size={16} aria-hidden /> : <IconLock size={16} aria-hidden />}
          loading={setHold.isPending}
          onClick={() => setHold.mutate(held ? { application, hold: false, reason: 'ended' } : { application, hold: true, reason })}
        >
          {held ? <Trans>Lift the legal hold</Trans> : <Trans>Set a legal hold</Trans>}
        </Button>
      </div>
      {setHold.isError && <FailureNote failure={failureOf(setHold.error)} />}
    </>
  );
}
