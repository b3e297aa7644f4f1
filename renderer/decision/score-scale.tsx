/** The score on its scale: below the band decline, within it refer, from the cutoff approve. */
import { useLingui } from '@lingui/react/macro';
import { useElementSize } from '@mantine/hooks';
import { AxisBottom } from '@visx/axis';
import { Group } from '@visx/group';
import { scaleLinear } from '@visx/scale';
import { Bar } from '@visx/shape';
import type { Policy } from '../../contract/policy.ts';
import { useLocale } from '../language/locale.tsx';
import classes from './charts.module.css';
import { OUTCOME_WORDS } from './outcome.tsx';

const HEIGHT = 84;
const BAND = { top: 34, height: 16 };
const SIDE = 16;
/** Points shown on either side of what must be seen. */
const MARGIN = 30;

export function ScoreScale({ score, referBand: { low, high } }: { score: number; referBand: Policy['referBand'] }) {
  const { t, i18n } = useLingui();
  const { formats } = useLocale();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [from, to] = [Math.min(score, low) - MARGIN, Math.max(score, high) + MARGIN];
  const x = scaleLinear<number>({ domain: [from, to], range: [SIDE, Math.max(width - SIDE, SIDE + 1)] });
  const zones = [
    { outcome: 'decline', start: from, end: low },
    { outcome: 'refer', start: low, end: high },
    { outcome: 'approve', start: high, end: to },
  ] as const;
  const [points, cutoff, bottom] = [formats.points(score), formats.points(high), formats.points(low)];
  return (
    <div ref={ref} className={classes.chart}>
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={t`Score ${points}. The cutoff for approval is ${cutoff}; below ${bottom} the policy declines; in between a person decides.`}
      >
        {zones.map(({ outcome, start, end }) => (
          <Group key={outcome}>
            <Bar
              x={x(start)}
              y={BAND.top}
              width={Math.max(x(end) - x(start), 0)}
              height={BAND.height}
              className={classes.zone ?? ''}
              data-outcome={outcome}
            />
            {x(end) - x(start) > 64 && (
              <text x={(x(start) + x(end)) / 2} y={BAND.top + 12} textAnchor="middle" className={classes.zoneWord} data-outcome={outcome}>
                {i18n._(OUTCOME_WORDS[outcome])}
              </text>
            )}
          </Group>
        ))}
        <path d={`M${x(score)},${BAND.top + BAND.height + 2} V${BAND.top - 6} m-6,-7 h12 l-6,7 z`} className={classes.marker} />
        <text x={Math.min(Math.max(x(score), 24), Math.max(width - 24, 24))} y={16} textAnchor="middle" className={classes.markerText}>
          {points}
        </text>
        <AxisBottom
          top={BAND.top + BAND.height}
          scale={x}
          tickValues={[low, high]}
          tickFormat={(value) => formats.points(Number(value))}
          stroke="var(--line-strong)"
          tickStroke="var(--line-strong)"
          tickLabelProps={{ fill: 'var(--ink-soft)', fontSize: 12, textAnchor: 'middle', fontFamily: 'inherit' }}
          hideAxisLine
        />
      </svg>
    </div>
  );
}
