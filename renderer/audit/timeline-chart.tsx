/** The log over time. A click on a bar, or a drag over several, narrows the list to their days; the same as a table for screen readers. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useElementSize } from '@mantine/hooks';
import { AxisBottom, AxisLeft } from '@visx/axis';
import { Group } from '@visx/group';
import { scaleLinear } from '@visx/scale';
import { Bar } from '@visx/shape';
import { type PointerEvent, useState } from 'react';
import { OutcomeWord } from '../decision/outcome.tsx';
import { useLocale } from '../language/locale.tsx';
import classes from './audit.module.css';
import { type Bars, daysOf, layersOf, spanName } from './timeline-layers.ts';

const HEIGHT = 106;
const TOP = 8;
const BOTTOM = 22;
const LEFT = 52;
const TICK = { fill: 'var(--ink-soft)', fontSize: 11, fontFamily: 'inherit' };

interface Props {
  bars: Bars;
  narrow: (days: { from: string; to: string }) => void;
}

export function TimelineChart({ bars, narrow }: Props) {
  return (
    <figure className={classes.timeline}>
      <Chart bars={bars} narrow={narrow} />
      <figcaption className={classes.legend}>
        {(['approve', 'refer', 'decline'] as const).map((outcome) => (
          <span key={outcome}>
            <i data-layer={outcome} aria-hidden />
            <OutcomeWord outcome={outcome} />
          </span>
        ))}
        <span>
          <i data-layer="other" aria-hidden />
          <Trans>Other entries</Trans>
        </span>
        <span>
          <Trans>Times are this PC's, in UTC. Click a bar or drag over several to narrow the list.</Trans>
        </span>
        <details className={classes.asTable}>
          <summary>
            <Trans>Show as a table</Trans>
          </summary>
          <BarTable bars={bars} narrow={narrow} />
        </details>
      </figcaption>
    </figure>
  );
}

function Chart({ bars, narrow }: Props) {
  const { t } = useLingui();
  const { formats, locale } = useLocale();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const right = Math.max(width - 6, LEFT + 1);
  const x = scaleLinear<number>({ domain: [0, bars.length], range: [LEFT, right] });
  const most = Math.max(1, ...bars.map(({ entries }) => entries));
  const y = scaleLinear<number>({ domain: [0, most], range: [HEIGHT - BOTTOM, TOP] });
  const barAt = (event: PointerEvent<SVGSVGElement>) => {
    const at = Math.floor(x.invert(event.clientX - event.currentTarget.getBoundingClientRect().left));
    return Math.min(Math.max(at, 0), bars.length - 1);
  };
  function finish() {
    const [first, last] = drag ? [bars[Math.min(drag.from, drag.to)], bars[Math.max(drag.from, drag.to)]] : [];
    setDrag(null);
    if (first && last) narrow(daysOf(first, last));
  }
  const entries = bars.reduce((sum, bar) => sum + bar.entries, 0);
  const [total, count] = [formats.number(entries), bars.length];
  const every = Math.max(1, Math.ceil((bars.length * 96) / (right - LEFT)));
  const shown = hovered === null ? undefined : bars[hovered];
  return (
    <div ref={ref} className={classes.chart}>
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={t`${total} entries over time, in ${count} bars`}
        onPointerDown={(event) => setDrag({ from: barAt(event), to: barAt(event) })}
        onPointerMove={(event) => {
          setHovered(barAt(event));
          if (drag) setDrag({ ...drag, to: barAt(event) });
        }}
        onPointerUp={finish}
        onPointerLeave={() => {
          setDrag(null);
          setHovered(null);
        }}
      >
        {bars.map((bar, index) => (
          <Group key={bar.from}>
            {layersOf(bar).map(({ layer, from, to }) => (
              <Bar
                key={layer}
                className={classes.layer ?? ''}
                data-layer={layer}
                x={x(index) + 0.5}
                width={Math.max(x(index + 1) - x(index) - 1, 0.75)}
                y={y(to)}
                height={y(from) - y(to)}
              />
            ))}
          </Group>
        ))}
        {drag && (
          <Bar
            className={classes.brush ?? ''}
            x={x(Math.min(drag.from, drag.to))}
            width={x(Math.abs(drag.to - drag.from) + 1) - x(0)}
            y={TOP}
            height={HEIGHT - BOTTOM - TOP}
          />
        )}
        {hovered !== null && !drag && (
          <Bar className={classes.hovered ?? ''} x={x(hovered)} width={x(1) - x(0)} y={TOP} height={HEIGHT - BOTTOM - TOP} />
        )}
        <AxisLeft
          left={LEFT}
          scale={y}
          tickValues={[0, most]}
          tickFormat={(value) => formats.number(Number(value))}
          hideAxisLine
          hideTicks
          tickLabelProps={{ ...TICK, textAnchor: 'end', dx: -2, dy: 4 }}
        />
        <AxisBottom
          top={HEIGHT - BOTTOM}
          scale={x}
          tickValues={bars.flatMap((_, index) => (index % every === 0 ? [index] : []))}
          tickFormat={(value) => (bars[Number(value)] ? spanName(bars[Number(value)]!, locale) : '')}
          stroke="var(--line-strong)"
          tickStroke="var(--line-strong)"
          tickLabelProps={{ ...TICK, textAnchor: 'start', dx: -2 }}
        />
      </svg>
      <p className={classes.hoverText} aria-hidden>
        {shown && `${spanName(shown, locale)}: ${formats.number(shown.entries)}`}
      </p>
    </div>
  );
}

function BarTable({ bars, narrow }: Props) {
  const { formats, locale } = useLocale();
  const filled = bars.filter(({ entries }) => entries > 0);
  return (
    <div className={classes.barTable}>
      <table>
        <caption>
          <Plural value={filled.length} one="# span with entries" other="# spans with entries" />
        </caption>
        <thead>
          <tr>
            <th scope="col">
              <Trans>From</Trans>
            </th>
            <th scope="col">
              <Trans>Entries</Trans>
            </th>
            {(['approve', 'refer', 'decline'] as const).map((outcome) => (
              <th key={outcome} scope="col">
                <OutcomeWord outcome={outcome} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {filled.map((bar) => (
            <tr key={bar.from}>
              <th scope="row">
                <button type="button" className={classes.asLink} onClick={() => narrow(daysOf(bar, bar))}>
                  {spanName(bar, locale)}
                </button>
              </th>
              <td>{formats.number(bar.entries)}</td>
              <td>{formats.number(bar.approve)}</td>
              <td>{formats.number(bar.refer)}</td>
              <td>{formats.number(bar.decline)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
