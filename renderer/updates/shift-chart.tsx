/** How far the challenger's scores lie from the champion's; the same as a table for screen readers and on request. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useElementSize } from '@mantine/hooks';
import { Group } from '@visx/group';
import { scaleBand, scaleLinear } from '@visx/scale';
import { Bar, Line } from '@visx/shape';
import type { ShadowComparison } from '../../contract/update-calls.ts';
import charts from '../decision/charts.module.css';
import { useLocale } from '../language/locale.tsx';
import { barsOf, type ShiftBar } from './shift-bars.ts';
import classes from './updates.module.css';

const HEIGHT = 176;
const TOP = 20;
const BOTTOM = 24;

export function ShiftChart({ histogram }: { histogram: NonNullable<ShadowComparison['histogram']> }) {
  const bars = barsOf(histogram);
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        <Trans>
          Decisions by the challenger's score less the champion's, in points: left of the grey bar the challenger scores lower, right of it
          higher.
        </Trans>
      </figcaption>
      <Bars bars={bars} />
      <details className={charts.asTable}>
        <summary>
          <Trans>Show as a table</Trans>
        </summary>
        <BarTable bars={bars} />
      </details>
    </figure>
  );
}

function useRangeName(): (bar: ShiftBar) => string {
  const { t } = useLingui();
  const { formats } = useLocale();
  return ({ from, to }) => {
    const [low, high] = [from === null ? '' : formats.number(from), to === null ? '' : formats.number(to)];
    if (from === null && to === null) return t`all`;
    if (from === null) return t`below ${high}`;
    if (to === null) return t`${low} and more`;
    return t`${low} to ${high}`;
  };
}

function Bars({ bars }: { bars: ShiftBar[] }) {
  const { t } = useLingui();
  const { formats } = useLocale();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const rangeName = useRangeName();
  const foot = HEIGHT - BOTTOM;
  const x = scaleBand<number>({ domain: bars.map((_, index) => index), range: [0, Math.max(width, 1)], paddingInner: 0.08 });
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const y = scaleLinear<number>({ domain: [0, most], range: [foot, TOP] });
  const gap = x.step() - x.bandwidth();
  const spoken = bars.map((bar) => `${rangeName(bar)}: ${formats.number(bar.count)}`).join('; ');
  return (
    <div ref={ref} className={charts.chart}>
      <svg width={width} height={HEIGHT} role="img" aria-label={t`Differences of score. ${spoken}`}>
        {bars.map((bar, index) => {
          const left = x(index) ?? 0;
          return (
            <Group key={rangeName(bar)}>
              <Bar
                className={classes.bar ?? ''}
                data-side={bar.side}
                x={left}
                width={x.bandwidth()}
                y={y(bar.count)}
                height={foot - y(bar.count)}
              >
                <title>{`${rangeName(bar)}: ${formats.number(bar.count)}`}</title>
              </Bar>
              <text className={classes.barCount} x={left + x.bandwidth() / 2} y={y(bar.count) - 5} textAnchor="middle">
                {formats.number(bar.count)}
              </text>
              {bar.to !== null && (
                <text className={classes.edge} x={left + x.bandwidth() + gap / 2} y={HEIGHT - 8} textAnchor="middle">
                  {formats.number(bar.to)}
                </text>
              )}
            </Group>
          );
        })}
        <Line from={{ x: 0, y: foot }} to={{ x: width, y: foot }} className={classes.axis ?? ''} />
      </svg>
    </div>
  );
}

function BarTable({ bars }: { bars: ShiftBar[] }) {
  const { formats } = useLocale();
  const rangeName = useRangeName();
  return (
    <table className={charts.steps}>
      <caption>
        <Plural
          value={bars.length}
          one="# range; what was too small to be told is put together with its neighbour"
          other="# ranges; what was too small to be told is put together with its neighbour"
        />
      </caption>
      <thead>
        <tr>
          <th scope="col">
            <Trans>Points</Trans>
          </th>
          <th scope="col">
            <Trans>Decisions</Trans>
          </th>
        </tr>
      </thead>
      <tbody>
        {bars.map((bar) => (
          <tr key={rangeName(bar)}>
            <th scope="row">{rangeName(bar)}</th>
            <td>{formats.number(bar.count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
