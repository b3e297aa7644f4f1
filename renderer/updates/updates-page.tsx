/** For IT, supervisors and auditors: what decides in this branch, what comes from head office, and how a challenger does. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Skeleton, Tabs } from '@mantine/core';
import { useState } from 'react';
import type { UpdateState } from '../../contract/update-calls.ts';
import { useLocale } from '../language/locale.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { useOfficeStatus } from '../shell/office-status.ts';
import { PageTitle } from '../shell/page-title.tsx';
import { AppPanel } from './app-panel.tsx';
import { byProduct } from './by-product.ts';
import { ChangeDialog } from './change-dialog.tsx';
import type { Intent } from './consequences.tsx';
import { HistoryTab } from './history-tab.tsx';
import { ProductCard } from './product-card.tsx';
import { ProposalsPanel } from './proposals-panel.tsx';
import { RepositoryPanel } from './repository-panel.tsx';
import { ShadowTab } from './shadow-tab.tsx';
import classes from './updates.module.css';
import { useUpdateState } from './updates-query.ts';
import type { ChangeAnswer } from './use-change.ts';
import { WaitingPanel } from './waiting-panel.tsx';

const TABS = ['now', 'shadow', 'history'] as const;
type Tab = (typeof TABS)[number];

export function UpdatesPage() {
  const { t } = useLingui();
  const { text } = useLocale();
  const status = useOfficeStatus();
  const state = useUpdateState(status);
  const titleOf = (product: string) => {
    const title = status?.products.find((one) => one.product === product)?.title;
    return title ? text(title) : product;
  };
  return (
    <div className={classes.page}>
      <PageTitle>{t`Updates`}</PageTitle>
      {state.isError && <FailedQuestion error={state.error} retry={() => void state.refetch()} />}
      {state.isPending && <Skeleton height={320} role="status" aria-label={t`Loading what is active`} />}
      {state.data && <Loaded state={state.data} titleOf={titleOf} />}
    </div>
  );
}

interface Props {
  state: UpdateState;
  titleOf: (product: string) => string;
}

function Loaded({ state, titleOf }: Props) {
  const [tab, setTab] = useState<Tab>('now');
  const [answer, setAnswer] = useState<ChangeAnswer | null>(null);
  return (
    <>
      <ProposalsPanel state={state} titleOf={titleOf} done={setAnswer} />
      {answer && <Answer of={answer} />}
      <Tabs
        value={tab}
        onChange={(value) => setTab(TABS.find((one) => one === value) ?? 'now')}
        keepMounted={false}
        classNames={{ list: classes.tabList ?? '' }}
      >
        <Tabs.List>
          <Tabs.Tab value="now">
            <Trans>Active and offered</Trans>
          </Tabs.Tab>
          <Tabs.Tab value="shadow">
            <Trans>Shadow comparison</Trans>
          </Tabs.Tab>
          <Tabs.Tab value="history">
            <Trans>History</Trans>
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="now">
          <Now state={state} titleOf={titleOf} compare={() => setTab('shadow')} told={setAnswer} />
        </Tabs.Panel>
        <Tabs.Panel value="shadow">
          <ShadowTab held={state.held} titleOf={titleOf} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <HistoryTab titleOf={titleOf} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Now({ state, titleOf, compare, told }: Props & { compare: () => void; told: (answer: ChangeAnswer) => void }) {
  const [intent, setIntent] = useState<Intent | null>(null);
  const waiting = <WaitingPanel waiting={state.waiting} titleOf={titleOf} />;
  const isWaiting = state.waiting.length > 0;
  return (
    <div className={classes.now}>
      <div className={classes.column}>
        {isWaiting && waiting}
        {byProduct(state.held).map((places) => (
          <ProductCard key={places.product} of={places} title={titleOf(places.product)} intend={setIntent} compare={compare} />
        ))}
        {!isWaiting && waiting}
      </div>
      <div className={classes.column}>
        <RepositoryPanel state={state} />
        <AppPanel app={state.app} />
      </div>
      <ChangeDialog of={intent} fourEyes={state.fourEyes} titleOf={titleOf} close={() => setIntent(null)} done={told} />
    </div>
  );
}

function Answer({ of }: { of: ChangeAnswer }) {
  const seq = of.done ? of.seq : of.proposal;
  return (
    <p className={classes.answer} role="status">
      {of.done ? (
        <Trans>Done. Entry {seq} of the log says so.</Trans>
      ) : (
        <Trans>Asked for, as entry {seq} of the log. Nothing has changed yet: another person must confirm it.</Trans>
      )}
    </p>
  );
}
