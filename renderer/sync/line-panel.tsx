/** What sync may take of the line. IT sets it; others see it. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, NumberInput, Radio, Switch } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Failure } from '../../contract/failure.ts';
import type { SyncView } from '../../contract/sync-calls.ts';
import { Panel } from '../audit/panel.tsx';
import { useConnection } from '../connection/connection.tsx';
import { useLocale } from '../language/locale.tsx';
import { FailureNote, failureOf } from '../shell/failure-note.tsx';
import classes from './sync.module.css';
import { SYNC_KEY } from './sync-query.ts';

type Settings = SyncView['settings'];

/** The least that a line is any use at, kilobytes per second. */
const LEAST = 0.5;

export function LinePanel({ view: { settings }, mayManage }: { view: SyncView; mayManage: boolean }) {
  return mayManage ? <SetLine settings={settings} /> : <SeenLine settings={settings} />;
}

/** Those who may not set it read it: a form that is greyed out is hard to read. */
function SeenLine({ settings: { bytesPerSecond, metered, isMetered } }: { settings: Settings }) {
  const { t } = useLingui();
  const { formats } = useLocale();
  const limit = bytesPerSecond === null ? null : formats.points(bytesPerSecond / 1000);
  return (
    <Panel title={t`The line`}>
      <dl className={classes.facts}>
        <dt>
          <Trans>Limit</Trans>
        </dt>
        <dd>{limit === null ? <Trans>none: all of the line</Trans> : <Trans>{limit} kilobytes per second</Trans>}</dd>
        <dt>
          <Trans>Costs by the byte now</Trans>
        </dt>
        <dd>{isMetered ? <Trans>yes</Trans> : <Trans>no</Trans>}</dd>
        <dt>
          <Trans>On such a line</Trans>
        </dt>
        <dd>{metered === 'send' ? <Trans>Send all the same</Trans> : <Trans>Wait until somebody presses “Send now”</Trans>}</dd>
      </dl>
    </Panel>
  );
}

function SetLine({ settings }: { settings: Settings }) {
  const { t } = useLingui();
  const { service } = useConnection();
  const queries = useQueryClient();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [limit, setLimit] = useState<number | string>(settings.bytesPerSecond === null ? '' : settings.bytesPerSecond / 1000);
  const isValid = limit === '' || (typeof limit === 'number' && limit >= LEAST);

  async function set(change: Partial<Settings>) {
    setFailure(null);
    try {
      await service.ask((client, options) => client.sync.set(change, options));
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      void queries.invalidateQueries({ queryKey: SYNC_KEY });
    }
  }

  return (
    <Panel title={t`The line`}>
      <form
        className={classes.limit}
        onSubmit={(event) => {
          event.preventDefault();
          if (isValid) void set({ bytesPerSecond: typeof limit === 'number' ? Math.round(limit * 1000) : null });
        }}
      >
        <NumberInput
          label={t`At most, kilobytes per second`}
          description={t`Empty: all of the line.`}
          size="sm"
          min={LEAST}
          max={1_000_000}
          value={limit}
          onChange={setLimit}
          error={isValid ? null : t`At least 0.5`}
        />
        <Button type="submit" size="sm" variant="default" disabled={!isValid}>
          <Trans>Set limit</Trans>
        </Button>
      </form>
      <Switch
        label={t`This line costs by the byte now`}
        description={t`The program cannot find that out by itself: say so when you go over to a mobile line, and when you come back.`}
        checked={settings.isMetered}
        onChange={({ currentTarget }) => void set({ isMetered: currentTarget.checked })}
      />
      <Radio.Group
        label={t`On such a line`}
        value={settings.metered}
        onChange={(value) => void set({ metered: value === 'wait' ? 'wait' : 'send' })}
      >
        <div className={classes.choices}>
          <Radio value="send" label={t`Send all the same`} />
          <Radio value="wait" label={t`Wait until somebody presses “Send now”`} />
        </div>
      </Radio.Group>
      {failure && <FailureNote failure={failure} />}
    </Panel>
  );
}
