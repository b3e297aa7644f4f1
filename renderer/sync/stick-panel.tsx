/** Where there is no line: entries go by USB stick, and the countersignature comes back on one. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconUsb } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Failure } from '../../contract/failure.ts';
import type { StickExported, StickImported } from '../../contract/sync-calls.ts';
import { Panel } from '../audit/panel.tsx';
import { useConnection } from '../connection/connection.tsx';
import { FailureNote, failureOf } from '../shell/failure-note.tsx';
import classes from './sync.module.css';
import { SYNC_KEY } from './sync-query.ts';

type Done = { did: 'export'; told: StickExported } | { did: 'import'; told: StickImported } | { did: 'failed'; failure: Failure };

export function StickPanel() {
  const { t } = useLingui();
  const { native, service } = useConnection();
  const queries = useQueryClient();
  const [done, setDone] = useState<Done | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function run(did: 'export' | 'import') {
    setBusy(true);
    setDone(null);
    try {
      const { folder } = await native.ask((client, options) => client.chooseFolder(undefined, options));
      if (folder === null) return;
      if (did === 'export') setDone({ did, told: await service.ask(({ sync }, options) => sync.exportStick({ folder }, options)) });
      else setDone({ did, told: await service.ask(({ sync }, options) => sync.importStick({ folder }, options)) });
    } catch (error) {
      setDone({ did: 'failed', failure: failureOf(error) });
    } finally {
      setBusy(false);
      void queries.invalidateQueries({ queryKey: SYNC_KEY });
    }
  }

  return (
    <Panel title={t`USB stick`}>
      <p className={classes.soft}>
        <Trans>Only head office can read what is written. The entries stay here and count as sent when its answer has come back.</Trans>
      </p>
      <div className={classes.buttons}>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconUsb size={16} aria-hidden />}
          disabled={isBusy}
          onClick={() => void run('export')}
        >
          <Trans>Write to a stick …</Trans>
        </Button>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconUsb size={16} aria-hidden />}
          disabled={isBusy}
          onClick={() => void run('import')}
        >
          <Trans>Read head office’s answer …</Trans>
        </Button>
      </div>
      {done?.did === 'failed' && <FailureNote failure={done.failure} />}
      {done?.did === 'export' && <ExportedNote of={done.told} />}
      {done?.did === 'import' && <ImportedNote of={done.told} />}
    </Panel>
  );
}

function ExportedNote({ of: { entries, from, to } }: { of: StickExported }) {
  const last = to - 1;
  return (
    <p className={classes.told} role="status">
      {entries === 0 ? (
        <Trans>Head office has everything already: nothing was written.</Trans>
      ) : (
        <>
          <Plural value={entries} one="# entry is on the stick" other="# entries are on the stick" />{' '}
          <Trans>
            (from {from} to {last}). They stay in the log of this PC. Take the stick to head office, and its answer back.
          </Trans>
        </>
      )}
    </p>
  );
}

function ImportedNote({ of: { replies, before, acked, refused } }: { of: StickImported }) {
  const unusable = replies.filter(({ outcome }) => outcome === 'unreadable' || outcome === 'not-proven').length;
  const last = acked - 1;
  return (
    <div className={classes.plain} role="status">
      {replies.length === 0 ? (
        <p>
          <Trans>There is no answer for this branch on this stick.</Trans>
        </p>
      ) : acked > before ? (
        <p>
          <Trans>Head office has countersigned everything up to entry {last}.</Trans>
        </p>
      ) : (
        <p>
          <Trans>The stick brought nothing new.</Trans>
        </p>
      )}
      {unusable > 0 && (
        <p>
          <Plural
            value={unusable}
            one="# file on it is damaged, changed or for another PC, and was left alone."
            other="# files on it are damaged, changed or for another PC, and were left alone."
          />
        </p>
      )}
      {refused.length > 0 && (
        <p>
          <Plural
            value={refused.length}
            one="Head office could not take # file. Write the stick again."
            other="Head office could not take # files. Write the stick again."
          />
        </p>
      )}
    </div>
  );
}
