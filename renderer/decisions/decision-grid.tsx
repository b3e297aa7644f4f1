/** The list itself: one tab stop, arrow keys within it, and only the rows in view in the page. */
import { useLingui } from '@lingui/react/macro';
import { useNavigate } from '@tanstack/react-router';
import { createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import type { DecisionFilter, DecisionRow } from '../../contract/decision-list.ts';
import { useLocale } from '../language/locale.tsx';
import { useProducts } from '../shell/products.ts';
import { useDecisionPages } from './decision-pages.ts';
import classes from './decisions.module.css';
import { OutcomeWithReview } from './outcome-with-review.tsx';
import { nextRow } from './row-keys.ts';

/** Height of a row in pixels. Chromium draws nothing beyond 33,554,428 px: a million rows of 33 fit. */
const ROW_PX = 33;
/** Height of the heading, which stays in view. */
const HEAD_PX = 36;
const MOST_ROWS = 1_000_000;

interface SeenRow {
  index: number;
  start: number;
  /** null while its page is on the way. */
  row: DecisionRow | null;
}

const features = tableFeatures({});
const column = createColumnHelper<typeof features, SeenRow>();

function useColumns() {
  const { t } = useLingui();
  const { formats, text } = useLocale();
  const products = useProducts();
  return useMemo(() => {
    const titles = new Map(products.data?.map(({ definition }) => [definition.product, text(definition.title)]));
    const cell = (id: string, header: string, show: (row: DecisionRow) => React.ReactNode) =>
      column.display({ id, header, cell: ({ row: { original } }) => (original.row ? show(original.row) : '…') });
    return [
      cell('entry', t`Entry`, (row) => row.seq),
      cell('time', t`Time`, (row) => formats.moment(row.wall)),
      cell('applicant', t`Applicant`, (row) => row.applicant ?? '–'),
      cell('product', t`Product`, (row) => titles.get(row.product) ?? row.product),
      cell('amount', t`Amount`, (row) => (row.amount === null ? '–' : formats.number(row.amount))),
      cell('outcome', t`Outcome`, (row) => <OutcomeWithReview row={row} />),
      cell('score', t`Score`, (row) => (row.score === null ? '–' : formats.points(row.score))),
      cell('pd', t`PD`, (row) => (row.pd === null ? '–' : formats.probability(row.pd))),
    ];
  }, [t, formats, text, products.data]);
}

export function DecisionGrid({ filter, total }: { filter: DecisionFilter; total: number }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const count = Math.min(total, MOST_ROWS);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  const { rowAt } = useDecisionPages(filter, first, last);
  const columns = useColumns();
  const data = items.map(({ index, start }): SeenRow => ({ index, start, row: rowAt(index) ?? null }));
  const table = useTable({ features, columns, data, getRowId: ({ index }) => String(index) });

  const open = (row: DecisionRow | null | undefined) => row && void navigate({ to: '/decisions/$seq', params: { seq: String(row.seq) } });
  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Enter') return open(rowAt(active));
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW_PX) / ROW_PX) - 2);
    const next = nextRow(event.key, active, count, page);
    if (next === null) return;
    event.preventDefault();
    setActive(next);
    virtual.scrollToIndex(next);
  }

  const activeSeen = items.some(({ index }) => index === active);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <table> cannot hold a million rows of which thirty are in the page.
    <div
      ref={scroller}
      role="grid"
      className={classes.grid}
      aria-label={t`Decisions`}
      aria-rowcount={count + 1}
      aria-activedescendant={activeSeen ? `decision-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {table.getHeaderGroups().map((group) => (
        // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: rows are reached through aria-activedescendant.
        <div key={group.id} role="row" aria-rowindex={1} className={classes.head}>
          {group.headers.map((header) => (
            // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: see above.
            <div key={header.id} role="columnheader" data-column={header.column.id}>
              <table.FlexRender header={header} />
            </div>
          ))}
        </div>
      ))}
      <div role="presentation" className={classes.rows} style={{ height: virtual.getTotalSize() }}>
        {table.getRowModel().rows.map((row) => (
          // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: keys act on the grid.
          <div
            key={row.id}
            id={`decision-${row.original.index}`}
            role="row"
            aria-rowindex={row.original.index + 2}
            aria-selected={row.original.index === active}
            className={classes.row}
            style={{ transform: `translateY(${row.original.start - HEAD_PX}px)` }}
            onClick={() => open(row.original.row)}
          >
            {row.getAllCells().map((cell) => (
              // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: see above.
              <div key={cell.id} role="gridcell" data-column={cell.column.id}>
                <table.FlexRender cell={cell} />
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
