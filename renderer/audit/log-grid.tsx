/** The log itself: one tab stop, arrow keys within it, and only the rows in view in the page. */
import { Trans, useLingui } from '@lingui/react/macro';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import type { LogFilter, LogRow } from '../../contract/audit.ts';
import { OutcomeMark } from '../decision/outcome.tsx';
import { nextRow } from '../decisions/row-keys.ts';
import { useLocale } from '../language/locale.tsx';
import { useProducts } from '../shell/products.ts';
import classes from './audit.module.css';
import { useRoom } from './audit-room.tsx';
import { useLogPages } from './log-pages.ts';
import { OverrideName } from './override-name.tsx';
import { ROW_PX, useRowWindow } from './row-window.ts';
import { useTypeName } from './type-name.ts';

/** See `ROW_PX`: more would not be drawn. */
export const MOST_ROWS = 1_000_000;

interface Column {
  id: string;
  header: string;
  show: (row: LogRow) => ReactNode;
}

function useColumns(): Column[] {
  const { t } = useLingui();
  const { formats, text } = useLocale();
  const typeName = useTypeName();
  const titles = new Map(useProducts().data?.map(({ definition }) => [definition.product, text(definition.title)]));
  return [
    { id: 'entry', header: t`Entry`, show: ({ seq }) => seq },
    { id: 'time', header: t`Time`, show: ({ wall }) => formats.moment(wall) },
    { id: 'type', header: t`Type`, show: ({ type }) => typeName(type) },
    { id: 'person', header: t`Person`, show: ({ actor }) => actor },
    { id: 'outcome', header: t`Outcome`, show: ({ outcome }) => outcome && <OutcomeMark outcome={outcome} /> },
    { id: 'override', header: t`Override`, show: ({ override }) => override && <OverrideName override={override} /> },
    { id: 'product', header: t`Product`, show: ({ product }) => product && (titles.get(product) ?? product) },
    { id: 'model', header: t`Model`, show: ({ modelVersion }) => modelVersion },
    { id: 'policy', header: t`Policy`, show: ({ policyVersion }) => policyVersion },
    {
      id: 'detail',
      header: t`Detail`,
      show: ({ about, detail }) => (about === null ? detail : <AboutEntry about={about} detail={detail} />),
    },
  ];
}

function AboutEntry({ about, detail }: { about: number; detail: string }) {
  return (
    <>
      <Trans>of entry {about}</Trans> {detail}
    </>
  );
}

export function LogGrid({ filter, size, total }: { filter: LogFilter; size: number; total: number }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { row: active, setRow } = useRoom();
  const count = Math.min(total, MOST_ROWS);
  const { scroller, indices, fitting, scrollTo } = useRowWindow(count);
  // Back from an entry: where one was.
  const began = useRef(active);
  useEffect(() => {
    if (began.current > 0) scrollTo(began.current, 'middle');
  }, [scrollTo]);
  const { rowAt } = useLogPages(filter, size, indices[0] ?? 0, indices.at(-1) ?? 0);
  const columns = useColumns();

  const open = (index: number) => {
    const row = rowAt(index);
    if (!row) return;
    setRow(index);
    void navigate({ to: '/audit/$seq', params: { seq: String(row.seq) } });
  };
  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Enter') return open(active);
    const next = nextRow(event.key, active, count, Math.max(fitting - 1, 1));
    if (next === null) return;
    event.preventDefault();
    setRow(next);
    scrollTo(next, 'nearest');
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a <table> cannot hold a million rows of which thirty are in the page.
    <div
      ref={scroller}
      role="grid"
      className={classes.grid}
      aria-label={t`Entries of the log`}
      aria-rowcount={count + 1}
      aria-activedescendant={indices.includes(active) ? `entry-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: rows are reached through aria-activedescendant. */}
      <div role="row" aria-rowindex={1} className={classes.head}>
        {columns.map(({ id, header }) => (
          // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: see above.
          <div key={id} role="columnheader" data-column={id}>
            {header}
          </div>
        ))}
      </div>
      <div role="presentation" className={classes.rows} style={{ height: count * ROW_PX }}>
        {indices.map((index) => (
          // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: keys act on the grid.
          <div
            key={index}
            id={`entry-${index}`}
            role="row"
            aria-rowindex={index + 2}
            aria-selected={index === active}
            className={classes.row}
            style={{ transform: `translateY(${index * ROW_PX}px)` }}
            onClick={() => open(index)}
          >
            <Cells row={rowAt(index)} columns={columns} />
          </div>
        ))}
      </div>
    </div>
  );
}

function Cells({ row, columns }: { row: LogRow | undefined; columns: readonly Column[] }) {
  return columns.map(({ id, show }) => (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: see above.
    <div key={id} role="gridcell" data-column={id}>
      {row ? show(row) : '…'}
    </div>
  ));
}
