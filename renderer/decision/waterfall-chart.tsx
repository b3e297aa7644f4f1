/** From the average applicant to this one, characteristic by characteristic; the same as a table for screen readers and on request. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useElementSize } from '@mantine/hooks';
import { Group } from '@visx/group';
import { scaleBand, scaleLinear } from '@visx/scale';
import { Bar, Line } from '@visx/shape';
import { useState } from 'react';
import type { Explanation } from '../../contract/decision.ts';
import type { DecisionView } from '../../contract/ipc.ts';
import { useLocale } from '../language/locale.tsx';
import classes from './charts.module.css';
import { linesOf } from './label-lines.ts';
import { type Waterfall, type WaterfallStep, type WaterfallUnit, waterfallOf, withRest } from './waterfall-steps.ts';

const ROW = 28;
const LABELS = 248;
const VALUES = 64;
/** Characteristics with a bar of their own; the others share one. */
const MOST_BARS = 10;

interface Props {
  explanation: Explanation;
  scaling: DecisionView['scaling'];
  characteristics: DecisionView['characteristics'];
}

export function WaterfallChart({ explanation, scaling, characteristics }: Props) {
  const { text } = useLocale();
  const waterfall = waterfallOf(explanation, scaling);
  const nameOf = (id: string) => {
    const label = characteristics?.find((characteristic) => characteristic.id === id)?.label;
    return label ? text(label) : id;
  };
  return (
    <figure className={classes.figure}>
      <Bars waterfall={waterfall} nameOf={nameOf} />
      <figcaption className={classes.caption}>
        <UnitNote unit={waterfall.unit} />{' '}
        {explanation.method === 'sampled' ? (
          <Trans>Estimated by sampling; the table tells the error.</Trans>
        ) : (
          <Trans>Computed exactly; the bars add up to the score.</Trans>
        )}
      </figcaption>
      <details className={classes.asTable}>
        <summary>
          <Trans>Show as a table</Trans>
        </summary>
        <StepTable waterfall={waterfall} nameOf={nameOf} sampled={explanation.method === 'sampled'} />
      </details>
    </figure>
  );
}

function UnitNote({ unit }: { unit: WaterfallUnit }) {
  switch (unit) {
    case 'points':
      return <Trans>In points of the score, compared with the reference applicants of the model card. More is better.</Trans>;
    case 'share':
      return (
        <Trans>
          In percentage points of the probability of default, compared with the reference applicants of the model card. Less is better.
        </Trans>
      );
    case 'log-odds':
      return <Trans>In log-odds of default, compared with the reference applicants of the model card. Less is better.</Trans>;
  }
}

function useUnitFormats(unit: WaterfallUnit) {
  const { formats } = useLocale();
  return unit === 'share'
    ? { total: formats.percent, change: formats.percentChange }
    : { total: unit === 'points' ? formats.points : formats.number, change: formats.change };
}

interface Row {
  key: string;
  label: string;
  kind: 'start' | 'step' | 'end';
  from: number;
  to: number;
  value: string;
  favourable: boolean;
}

function useRows({ unit, start, end, steps }: Waterfall, nameOf: (id: string) => string): Row[] {
  const { t } = useLingui();
  const { total, change } = useUnitFormats(unit);
  const { shown, rest } = withRest(steps, MOST_BARS);
  const bar = (step: WaterfallStep, label: string): Row => ({
    key: step.characteristic || 'rest',
    label,
    kind: 'step',
    from: step.from,
    to: step.to,
    value: change(step.change),
    favourable: step.favourable,
  });
  const others = rest?.others ?? 0;
  return [
    { key: 'start', label: t`Reference applicants`, kind: 'start', from: start, to: start, value: total(start), favourable: true },
    ...shown.map((step) => bar(step, nameOf(step.characteristic))),
    ...(rest ? [bar(rest, t`${others} other factors`)] : []),
    { key: 'end', label: t`This applicant`, kind: 'end', from: end, to: end, value: total(end), favourable: true },
  ];
}

function Bars({ waterfall, nameOf }: { waterfall: Waterfall; nameOf: (id: string) => string }) {
  const { t } = useLingui();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [active, setActive] = useState<string | null>(null);
  const rows = useRows(waterfall, nameOf);
  const height = rows.length * ROW + 6;
  const ends = rows.flatMap(({ from, to }) => [from, to]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const pad = (high - low || 1) * 0.04;
  const x = scaleLinear<number>({ domain: [low - pad, high + pad], range: [LABELS, Math.max(width - VALUES, LABELS + 1)] });
  const y = scaleBand<string>({ domain: rows.map(({ key }) => key), range: [0, height], padding: 0.28 });
  const spoken = rows.map(({ label, value }) => `${label}: ${value}`).join('; ');
  return (
    <div ref={ref} className={classes.chart}>
      <svg width={width} height={height} role="img" aria-label={t`What moved the score. ${spoken}`}>
        {rows.map((row, index) => {
          const top = y(row.key) ?? 0;
          const next = rows[index + 1];
          return (
            <Group
              key={row.key}
              className={classes.row ?? ''}
              data-active={active === row.key || undefined}
              onMouseEnter={() => setActive(row.key)}
              onMouseLeave={() => setActive(null)}
            >
              <Bar x={0} y={top - 4} width={width} height={y.bandwidth() + 8} className={classes.hover ?? ''} />
              <text x={0} y={top + y.bandwidth() / 2 + 4} className={classes.rowLabel} data-kind={row.kind}>
                <title>{row.label}</title>
                <LabelLines lines={linesOf(row.label)} />
              </text>
              <RowMark row={row} x={x} top={top} height={y.bandwidth()} />
              {next && (
                <Line
                  from={{ x: x(row.to), y: top + y.bandwidth() }}
                  to={{ x: x(row.to), y: y(next.key) ?? 0 }}
                  className={classes.link ?? ''}
                />
              )}
              <text
                x={width}
                y={top + y.bandwidth() / 2 + 4}
                textAnchor="end"
                className={classes.rowValue}
                data-kind={row.kind}
                data-favourable={row.favourable}
              >
                {row.value}
              </text>
            </Group>
          );
        })}
      </svg>
    </div>
  );
}

/** A label of one line stands in the row's middle, one of two lines around it and smaller. */
function LabelLines({ lines: [first, second] }: { lines: [string, string | null] }) {
  if (second === null) return first;
  return (
    <>
      <tspan x={0} dy="-0.5em" className={classes.tight}>
        {first}
      </tspan>
      <tspan x={0} dy="1.05em" className={classes.tight}>
        {second}
      </tspan>
    </>
  );
}

function RowMark({ row, x, top, height }: { row: Row; x: (value: number) => number; top: number; height: number }) {
  if (row.kind !== 'step') return <Bar x={x(row.to) - 2} y={top - 1} width={4} height={height + 2} className={classes.total ?? ''} />;
  const [left, right] = [Math.min(x(row.from), x(row.to)), Math.max(x(row.from), x(row.to))];
  return (
    <Bar
      x={left}
      y={top}
      width={Math.max(right - left, 1.5)}
      height={height}
      rx={1.5}
      className={classes.step ?? ''}
      data-favourable={row.favourable}
    />
  );
}

function StepTable({ waterfall, nameOf, sampled }: { waterfall: Waterfall; nameOf: (id: string) => string; sampled: boolean }) {
  const { total, change } = useUnitFormats(waterfall.unit);
  const { formats } = useLocale();
  const count = waterfall.steps.length;
  return (
    <table className={classes.steps}>
      <caption>
        <Plural value={count} one="# factor, largest first" other="# factors, largest first" />
      </caption>
      <thead>
        <tr>
          <th scope="col">
            <Trans>Factor</Trans>
          </th>
          <th scope="col">
            <Trans>Change</Trans>
          </th>
          {sampled && (
            <th scope="col">
              <Trans>Standard error</Trans>
            </th>
          )}
          <th scope="col">
            <Trans>Total</Trans>
          </th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">
            <Trans>Reference applicants</Trans>
          </th>
          <td />
          {sampled && <td />}
          <td>{total(waterfall.start)}</td>
        </tr>
        {waterfall.steps.map((step) => (
          <tr key={step.characteristic}>
            <th scope="row">{nameOf(step.characteristic)}</th>
            <td>{change(step.change)}</td>
            {sampled && <td>{formats.number(step.standardError)}</td>}
            <td>{total(step.to)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
