/** What the applicant can afford, as the policy read it; a value that could not be computed says so. */
import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import type { Affordability, Decision } from '../../contract/decision.ts';
import { useLocale } from '../language/locale.tsx';
import classes from './report.module.css';

interface Props {
  of: Affordability;
  pricing: Decision['pricing'];
  currency: string | null;
}

export function AffordabilityTable({ of, pricing, currency }: Props) {
  const { formats } = useLocale();
  const money = (value: number | null) => (value === null ? null : formats.money(value, currency));
  const tier = pricing?.tier ?? '';
  return (
    <dl className={classes.pairs}>
      <Pair name={<Trans>Amount requested</Trans>} value={money(of.amount)} />
      <Pair name={<Trans>Term</Trans>} value={of.termMonths === null ? null : <Trans>{formats.number(of.termMonths)} months</Trans>} />
      <Pair name={<Trans>Instalment a month</Trans>} value={money(of.instalment)} />
      <Pair name={<Trans>Income a month</Trans>} value={money(of.monthlyIncome)} />
      <Pair name={<Trans>All debt service a month</Trans>} value={money(of.debtService)} />
      <Pair name={<Trans>Debt service to income (DTI)</Trans>} value={of.dti === null ? null : formats.percent(of.dti)} />
      <Pair name={<Trans>Disposable income a month</Trans>} value={money(of.disposableIncome)} />
      {pricing && (
        <Pair
          name={<Trans>Price</Trans>}
          value={
            <Trans>
              Tier {tier}, {formats.rate(pricing.annualRatePercent)} a year
            </Trans>
          }
        />
      )}
    </dl>
  );
}

function Pair({ name, value }: { name: ReactNode; value: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-unknown={value === null || undefined}>{value ?? <Trans>not known</Trans>}</dd>
    </div>
  );
}
