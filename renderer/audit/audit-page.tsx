/** The auditor's room: the log, whether it is whole, and what people did. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Tabs } from '@mantine/core';
import { PageTitle } from '../shell/page-title.tsx';
import { ActivityTab } from './activity-tab.tsx';
import classes from './audit.module.css';
import { type AuditTab, useRoom } from './audit-room.tsx';
import { EntriesTab } from './entries-tab.tsx';
import { EvidenceTab } from './evidence-tab.tsx';

const TABS: readonly AuditTab[] = ['entries', 'evidence', 'activity'];

export function AuditPage() {
  const { t } = useLingui();
  const { tab, setTab } = useRoom();
  return (
    <div className={classes.page}>
      <PageTitle>{t`Audit`}</PageTitle>
      <Tabs
        value={tab}
        onChange={(value) => setTab(TABS.find((one) => one === value) ?? 'entries')}
        keepMounted={false}
        classNames={{ root: classes.tabs ?? '', panel: classes.tabPanel ?? '', list: classes.tabList ?? '' }}
      >
        <Tabs.List data-no-print>
          <Tabs.Tab value="entries">
            <Trans>Log</Trans>
          </Tabs.Tab>
          <Tabs.Tab value="evidence">
            <Trans>Verify and export</Trans>
          </Tabs.Tab>
          <Tabs.Tab value="activity">
            <Trans>Activity</Trans>
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="entries">
          <EntriesTab />
        </Tabs.Panel>
        <Tabs.Panel value="evidence">
          <EvidenceTab />
        </Tabs.Panel>
        <Tabs.Panel value="activity">
          <ActivityTab />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
