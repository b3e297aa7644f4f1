/** The recovery key, once: in place of the page, large, to be written down or printed. Leaving it asks first. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconCheck, IconCopy, IconPrinter } from '@tabler/icons-react';
import { useBlocker } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useConnection } from '../connection/connection.tsx';
import { useLocale } from '../language/locale.tsx';
import { copyText } from '../shell/copy-text.ts';
import { useOfficeStatus } from '../shell/office-status.ts';
import { PageTitle } from '../shell/page-title.tsx';
import classes from './keep.module.css';

export function KeySheet({ recoveryKey, close }: { recoveryKey: string; close: () => void }) {
  const { t } = useLingui();
  const { session } = useConnection();
  const leaving = useBlocker({
    // Whoever locks the screen or signs out goes at once: the key is gone then, and a new one has to be made.
    shouldBlockFn: () => session.get()?.state === 'signed-in',
    enableBeforeUnload: false,
    withResolver: true,
  });
  return (
    <article className={classes.sheetPage}>
      <div data-no-print>
        <PageTitle>{t`Recovery key`}</PageTitle>
        <p className={classes.wanting}>
          <Trans>This key is shown this once. If you leave before it is written down, or the screen locks, make another.</Trans>
        </p>
      </div>
      <Sheet recoveryKey={recoveryKey} />
      {leaving.status === 'blocked' ? (
        <div className={classes.refused} role="alert" data-no-print>
          <h3>
            <Trans>You are about to leave. Is the key written down?</Trans>
          </h3>
          <div className={classes.buttons}>
            <Button size="sm" variant="default" onClick={leaving.reset} autoFocus>
              <Trans>Stay here</Trans>
            </Button>
            <Button size="sm" variant="default" onClick={leaving.proceed}>
              <Trans>It is written down: leave</Trans>
            </Button>
          </div>
        </div>
      ) : (
        <Button size="md" leftSection={<IconCheck size={18} aria-hidden />} onClick={close} data-no-print>
          <Trans>I have written it down</Trans>
        </Button>
      )}
    </article>
  );
}

function Sheet({ recoveryKey }: { recoveryKey: string }) {
  const { t } = useLingui();
  const { formats } = useLocale();
  const status = useOfficeStatus();
  const text = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState(false);
  const [day] = useState(() => new Date().toISOString().slice(0, 10));
  const groups = recoveryKey.split('-');
  return (
    <section className={classes.sheet} aria-label={t`The recovery key`}>
      <h2>
        <Trans>Outpost: recovery key</Trans>
      </h2>
      <code ref={text} className={classes.groups}>
        {groups.map((group, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two groups may be the same letters; they never change their places.
          <span key={at}>
            {group}
            {at < groups.length - 1 && <i>-</i>}
          </span>
        ))}
      </code>
      <dl className={classes.facts}>
        <dt>
          <Trans>Branch</Trans>
        </dt>
        <dd>{status?.branch}</dd>
        <dt>
          <Trans>Made</Trans>
        </dt>
        <dd>{formats.day(day)}</dd>
      </dl>
      <p className={classes.soft}>
        <Trans>
          It opens this branch's backups, and its data where passphrase or key store are lost. Keep it in the safe, apart from the backups.
          The letters I, L, O and U do not occur: what looks like them is 1, 1, 0 and V.
        </Trans>
      </p>
      <div className={classes.buttons} data-no-print>
        <Button size="sm" variant="default" leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => window.print()}>
          <Trans>Print</Trans>
        </Button>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconCopy size={16} aria-hidden />}
          onClick={() => text.current && setCopied(copyText(text.current))}
        >
          {copied ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}
        </Button>
        {copied && (
          <span className={classes.soft} role="status">
            <Trans>Paste it into your password safe alone, and copy something else afterwards.</Trans>
          </span>
        )}
      </div>
    </section>
  );
}
