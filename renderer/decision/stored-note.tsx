/** Where the decision is kept: the entry's number and its hash, to be compared with any other copy of the log. */
import { Trans } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconCopy, IconShieldCheck } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { Artefact } from '../../contract/entry-base.ts';
import type { DecisionView } from '../../contract/ipc.ts';
import { copyText } from '../shell/copy-text.ts';
import { RoleName } from '../shell/role-name.tsx';
import classes from './report.module.css';

export function StoredNote({ view }: { view: DecisionView }) {
  const hash = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState(false);
  const { seq, leafHash, actor } = view;
  return (
    <section className={classes.stored} aria-labelledby="stored">
      <h2 id="stored">
        <IconShieldCheck size={20} stroke={1.7} aria-hidden /> <Trans>Stored as entry {seq}</Trans>
      </h2>
      <code ref={hash} className={classes.hash}>
        {leafHash}
      </code>
      <div className={classes.storedFoot}>
        <span>
          <Trans>by {actor}</Trans> (<RoleName role={view.role} />)
        </span>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconCopy size={14} aria-hidden />}
          onClick={() => hash.current && setCopied(copyText(hash.current))}
          data-no-print
        >
          {copied ? <Trans>Hash copied</Trans> : <Trans>Copy hash</Trans>}
        </Button>
      </div>
      <dl className={classes.versions}>
        <div>
          <dt>
            <Trans>Model</Trans>
          </dt>
          <dd>
            <Version of={view.model} />
          </dd>
        </div>
        <div>
          <dt>
            <Trans>Policy</Trans>
          </dt>
          <dd>
            <Version of={view.policy} />
          </dd>
        </div>
        <div>
          <dt>
            <Trans>Product</Trans>
          </dt>
          <dd>
            <Version of={view.product} />
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Version({ of }: { of: Artefact | null }) {
  if (of === null) return <Trans>none</Trans>;
  return (
    <span title={of.sha256}>
      {of.name} {of.version}
    </span>
  );
}
