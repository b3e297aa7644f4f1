/** What an officer must be able to see at any time: line, unsent entries, model and policy with their age, disk, key, person. */
import { Plural, Trans } from '@lingui/react/macro';
import { useNetwork } from '@mantine/hooks';
import {
  IconCloudOff,
  IconCloudUpload,
  IconDatabase,
  IconFlask,
  IconKey,
  IconSignature,
  IconUser,
  IconWifi,
  IconWifiOff,
} from '@tabler/icons-react';
import type { OfficeStatus } from '../../contract/ipc.ts';
import { useLocale } from '../language/locale.tsx';
import { ArtefactAge } from './artefact-age.tsx';
import { RoleName } from './role-name.tsx';
import { useShellInfo } from './shell-info.tsx';
import classes from './status-bar.module.css';
import { Item } from './status-item.tsx';

/** @param status null before the service told */
export function StatusBar({ status }: { status: OfficeStatus | null }) {
  const { shell } = useShellInfo();
  const { online } = useNetwork();
  return (
    <footer className={classes.bar} data-no-print>
      {online ? (
        <Item icon={IconWifi}>
          <Trans>Online</Trans>
        </Item>
      ) : (
        <Item icon={IconWifiOff}>
          <Trans>Offline – everything here works</Trans>
        </Item>
      )}
      {status && <OfficeItems status={status} />}
      {shell === 'stand-in' && (
        <span className={classes.end}>
          <Item icon={IconFlask} tone="warn">
            <Trans>Stand-in shell</Trans>
          </Item>
        </span>
      )}
    </footer>
  );
}

function OfficeItems({ status }: { status: OfficeStatus }) {
  return (
    <>
      <Unsent status={status} />
      {status.products.map((product) => (
        <ArtefactAge key={product.product} of={product} />
      ))}
      {status.diskLow && <DiskLow bytes={status.diskFreeBytes} />}
      <KeyProtection how={status.keyProtection} />
      <Item icon={IconUser}>
        {status.actor} · <RoleName role={status.role} /> · {status.branch}
      </Item>
    </>
  );
}

/** Always: how much head office does not have yet, up to where it has countersigned, and when it was last heard. */
function Unsent({ status: { unsent, headOffice, lastContact, lastCountersigned, troubles } }: { status: OfficeStatus }) {
  const { formats } = useLocale();
  const isStopped = troubles.some(({ kind }) => kind === 'sync-stopped');
  if (headOffice === null) {
    return (
      <Item icon={IconCloudOff}>
        <Plural value={unsent} one="# entry not yet sent – no head office set up" other="# entries not yet sent – no head office set up" />
      </Item>
    );
  }
  return (
    <>
      <Item icon={IconCloudUpload} tone={isStopped ? 'bad' : unsent > 0 ? 'warn' : 'plain'}>
        <Plural value={unsent} _0="Everything is sent" one="# entry not yet sent" other="# entries not yet sent" />
      </Item>
      <Item icon={IconSignature}>
        {lastCountersigned === null ? <Trans>Nothing countersigned yet</Trans> : <Trans>Countersigned up to {lastCountersigned}</Trans>}
        {' · '}
        {lastContact === null ? (
          <Trans>never in contact</Trans>
        ) : (
          <Contact at={isToday(lastContact) ? formats.time(lastContact) : formats.moment(lastContact)} />
        )}
      </Item>
    </>
  );
}

/** By the PC's calendar. The day is left out where it is today's: the bar has little room. */
function isToday(moment: string): boolean {
  return new Date(moment).toDateString() === new Date().toDateString();
}

function Contact({ at }: { at: string }) {
  return <Trans>last contact {at}</Trans>;
}

function DiskLow({ bytes }: { bytes: number }) {
  const { formats } = useLocale();
  const megabytes = formats.points(bytes / 1e6);
  return (
    <Item icon={IconDatabase} tone="bad">
      <Trans>Disk almost full ({megabytes} MB free): no decisions until space is made</Trans>
    </Item>
  );
}

function KeyProtection({ how }: { how: OfficeStatus['keyProtection'] }) {
  switch (how) {
    case 'safe-storage':
      return (
        <Item icon={IconKey}>
          <Trans>Key in key store</Trans>
        </Item>
      );
    case 'passphrase':
      return (
        <Item icon={IconKey}>
          <Trans>Key under passphrase</Trans>
        </Item>
      );
    case 'none':
      return (
        <Item icon={IconKey} tone="bad">
          <Trans>Key not protected</Trans>
        </Item>
      );
  }
}
