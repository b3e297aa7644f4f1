/** Is the log whole, do its decisions come out again, and taking it away. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { VerifyPanel } from '../log/verify-panel.tsx';
import { useMay } from '../people/session.tsx';
import { useOfficeStatus } from '../shell/office-status.ts';
import classes from './audit.module.css';
import { useRoom } from './audit-room.tsx';
import { ExportPanel } from './export-panel.tsx';
import { HoldsPanel } from './holds-panel.tsx';
import { Panel } from './panel.tsx';
import { ReplayPanel } from './replay-panel.tsx';

export function EvidenceTab() {
  const { t } = useLingui();
  const { range } = useRoom();
  const mayExport = useMay('export-evidence');
  const mayHold = useMay('set-hold');
  const size = useOfficeStatus()?.logSize;
  const [typed, setTyped] = useState<Typed>({ from: range?.from ?? '', to: range?.to ?? '' });
  const chosen = size === undefined ? null : rangeOf(typed, size);
  return (
    <div className={classes.evidence}>
      <Panel title={t`Is the log whole?`}>
        <p className={classes.about}>
          <Trans>
            Reads every entry again, recomputes every hash, and compares the tables that these screens show with the log itself.
          </Trans>
        </p>
        <VerifyPanel />
      </Panel>
      <Panel title={t`Which entries`}>
        <RangeInputs typed={typed} setTyped={setTyped} size={size ?? 0} isWrong={size !== undefined && chosen === null} />
      </Panel>
      <Panel title={t`Do the decisions come out again?`}>
        <ReplayPanel range={chosen} one={false} />
      </Panel>
      {mayExport && (
        <Panel title={t`Take evidence away`}>
          <ExportPanel range={chosen} />
        </Panel>
      )}
      {mayHold && (
        <Panel title={t`Legal holds`}>
          <HoldsPanel />
        </Panel>
      )}
    </div>
  );
}

interface Typed {
  from: number | string;
  to: number | string;
}

/** What is left empty means the log's own end; null: no such range. */
function rangeOf({ from, to }: Typed, size: number): { from: number; to: number } | null {
  const range = { from: from === '' ? 0 : Number(from), to: to === '' ? size - 1 : Number(to) };
  return Number.isInteger(range.from) && Number.isInteger(range.to) && range.from <= range.to && range.to < size ? range : null;
}

interface InputsProps {
  typed: Typed;
  setTyped: (typed: Typed) => void;
  size: number;
  isWrong: boolean;
}

function RangeInputs({ typed, setTyped, size, isWrong }: InputsProps) {
  const { t } = useLingui();
  const last = size - 1;
  const common = { size: 'sm', min: 0, allowDecimal: false, allowNegative: false, hideControls: true } as const;
  return (
    <>
      <p className={classes.about}>
        <Trans>For replay and export. Left empty: the whole log, entries 0 to {last}.</Trans>
      </p>
      <div className={classes.rangeInputs}>
        <NumberInput {...common} label={t`From entry`} value={typed.from} onChange={(from) => setTyped({ ...typed, from })} />
        <NumberInput
          {...common}
          label={t`To entry`}
          value={typed.to}
          onChange={(to) => setTyped({ ...typed, to })}
          error={isWrong ? t`The log has no such entries.` : undefined}
        />
        <Button variant="subtle" size="sm" onClick={() => setTyped({ from: '', to: '' })}>
          <Trans>The whole log</Trans>
        </Button>
      </div>
    </>
  );
}
