/** Looking for updates: in the repository, or on a stick that somebody carried here. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Progress } from '@mantine/core';
import { IconRefresh, IconUsb } from '@tabler/icons-react';
import { useState } from 'react';
import { useConnection } from '../connection/connection.tsx';
import { useLocale } from '../language/locale.tsx';
import { FailureNote, failureOf } from '../shell/failure-note.tsx';
import { sizeOf } from './size-of.ts';
import classes from './updates.module.css';
import { type Check, useCheck } from './use-check.ts';

export function CheckPanel({ hasRepository }: { hasRepository: boolean }) {
  const { native } = useConnection();
  const { check, start, stop, fail } = useCheck();
  const [isChoosing, setChoosing] = useState(false);
  const isRunning = check.step === 'refresh' || check.step === 'download' || check.step === 'check';

  async function fromStick() {
    setChoosing(true);
    try {
      const { folder } = await native.ask((client, options) => client.chooseFolder(undefined, options));
      if (folder !== null) start(folder);
    } catch (error) {
      fail(failureOf(error));
    } finally {
      setChoosing(false);
    }
  }

  return (
    <>
      <div className={classes.buttons}>
        <Button
          size="sm"
          leftSection={<IconRefresh size={16} aria-hidden />}
          disabled={isRunning || isChoosing || !hasRepository}
          onClick={() => start(null)}
        >
          <Trans>Check now</Trans>
        </Button>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconUsb size={16} aria-hidden />}
          disabled={isRunning || isChoosing}
          onClick={() => void fromStick()}
        >
          <Trans>From a USB stick …</Trans>
        </Button>
      </div>
      <Step of={check} />
      {isRunning && (
        <>
          <p className={classes.soft}>
            <Trans>Deciding goes on meanwhile. Leaving this page ends the check; the next one goes on where it stopped.</Trans>
          </p>
          <Button size="xs" variant="default" onClick={stop}>
            <Trans>Stop</Trans>
          </Button>
        </>
      )}
    </>
  );
}

function Step({ of }: { of: Check }) {
  const { t } = useLingui();
  const { formats } = useLocale();
  switch (of.step) {
    case 'idle':
      return null;
    case 'failed':
      return <FailureNote failure={of.failure} />;
    case 'done':
      return (
        <p className={classes.plain} role="status">
          <Plural
            value={of.fetched}
            _0="Checked: nothing new."
            one="Checked: # file was fetched and checked."
            other="Checked: # files were fetched and checked."
          />
        </p>
      );
    case 'refresh':
      return (
        <div role="status" className={classes.step}>
          <Progress value={100} animated aria-label={t`Progress`} />
          <Trans>Reading what head office signed …</Trans>
        </div>
      );
    case 'download': {
      const [done, total] = [sizeOf(of.done, formats), sizeOf(of.total, formats)];
      return (
        <div role="status" className={classes.step}>
          <Progress value={of.total === 0 ? 0 : (of.done / of.total) * 100} aria-label={t`Progress`} />
          <Trans>
            Downloading: {done} of {total}
          </Trans>
          <span className={classes.code}>{of.target}</span>
        </div>
      );
    }
    case 'check':
      return (
        <div role="status" className={classes.step}>
          <Progress value={100} animated aria-label={t`Progress`} />
          <Trans>Checking on this PC: hashes, limits, golden rows …</Trans>
          <span className={classes.code}>{of.target}</span>
        </div>
      );
  }
}
