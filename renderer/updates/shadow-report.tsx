/** One comparison: agreement, shift of score, and who would change. */
import { Plural, Trans } from '@lingui/react/macro';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { LEAST_CELL, LEAST_COMPARED } from '../../contract/shadow-cells.ts';
import type { ShadowComparison } from '../../contract/update-calls.ts';
import { OutcomeMark } from '../decision/outcome.tsx';
import { useLocale } from '../language/locale.tsx';
import { ShiftChart } from './shift-chart.tsx';
import classes from './updates.module.css';

export function ShadowReport({ of }: { of: ShadowComparison }) {
  const { formats } = useLocale();
  const { decisions, unscored, from, to, isTooFew, histogram } = of;
  const [first, last] = [from && formats.moment(from), to && formats.moment(to)];
  return (
    <>
      <p className={classes.soft}>
        {first && last ? (
          <Trans>
            From {first} to {last}.
          </Trans>
        ) : (
          <Trans>Nothing has been decided yet since both have been in their places.</Trans>
        )}{' '}
        {unscored > 0 && (
          <Plural
            value={unscored}
            one="# more decision could not be scored by the challenger; it is in none of these numbers."
            other="# more decisions could not be scored by the challenger; they are in none of these numbers."
          />
        )}
      </p>
      {isTooFew && <TooFew decisions={decisions} />}
      <Figures of={of} />
      {(histogram || decisions > 0) && (
        <div className={classes.sides}>
          {histogram && <ShiftChart histogram={histogram} />}
          {decisions > 0 && <WhoWouldChange of={of} />}
        </div>
      )}
    </>
  );
}

function TooFew({ decisions }: { decisions: number }) {
  const { formats } = useLocale();
  const least = formats.number(LEAST_COMPARED);
  return (
    <p className={classes.wanting}>
      <IconInfoCircle size={18} stroke={1.7} aria-hidden />
      <span>
        <strong>
          <Trans>Too few to say anything about this model.</Trans>
        </strong>{' '}
        <Plural
          value={decisions}
          _0="No decision was scored by both yet."
          one="Only # decision was scored by both."
          other="Only # decisions were scored by both."
        />{' '}
        <Trans>
          Below {least} one applicant more or less moves a share by whole points, so none is shown. Wait, or let head office pool branches.
        </Trans>
      </span>
    </p>
  );
}

function Figures({ of: { decisions, agreement, shift } }: { of: ShadowComparison }) {
  const { formats } = useLocale();
  const change = (value: number | undefined) => (value === undefined ? '–' : formats.change(value));
  return (
    <dl className={classes.figures}>
      <Figure name={<Trans>Scored by both</Trans>} value={formats.number(decisions)} />
      <Figure name={<Trans>Same outcome</Trans>} value={agreement === null ? '–' : formats.percent(agreement)} />
      <Figure name={<Trans>Mean shift of score</Trans>} value={change(shift?.mean)} />
      <Figure name={<Trans>10th percentile</Trans>} value={change(shift?.p10)} />
      <Figure name={<Trans>Median</Trans>} value={change(shift?.median)} />
      <Figure name={<Trans>90th percentile</Trans>} value={change(shift?.p90)} />
    </dl>
  );
}

function Figure({ name, value }: { name: ReactNode; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function WhoWouldChange({ of: { shifts } }: { of: ShadowComparison }) {
  const { formats } = useLocale();
  const least = formats.number(LEAST_CELL);
  return (
    <div className={classes.pairs}>
      <h3>
        <Trans>Who would have another outcome</Trans>
      </h3>
      {shifts.length === 0 ? (
        <p className={classes.soft}>
          <Trans>Nobody.</Trans>
        </p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">
                <Trans>Champion</Trans>
              </th>
              <th scope="col">
                <Trans>Challenger</Trans>
              </th>
              <th scope="col">
                <Trans>Decisions</Trans>
              </th>
            </tr>
          </thead>
          <tbody>
            {shifts.map(({ from, to, count }) => (
              <tr key={`${from} ${to}`}>
                <td>
                  <OutcomeMark outcome={from} />
                </td>
                <td>
                  <OutcomeMark outcome={to} />
                </td>
                <td>{count === null ? <Trans>fewer than {least}</Trans> : formats.number(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
