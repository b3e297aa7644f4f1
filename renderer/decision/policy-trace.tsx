/** Every policy table with every rule's result: what fired first, the rest on request. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import { Plural, Trans } from '@lingui/react/macro';
import { IconCheck, IconHelpCircle, IconMinus, IconX } from '@tabler/icons-react';
import type { TableResult } from '../../contract/decision.ts';
import { type DecisionTable, type DerivedInput, derivedInput, type PolicyRule } from '../../contract/policy.ts';
import type { ProductDefinition } from '../../contract/product.ts';
import { useLocale } from '../language/locale.tsx';
import { OutcomeMark } from './outcome.tsx';
import classes from './report.module.css';

type RuleResult = TableResult['rules'][number]['result'];

const RESULT_ICONS = { yes: IconCheck, no: IconX, doubt: IconHelpCircle, 'not-reached': IconMinus };

const DERIVED: Record<DerivedInput, MessageDescriptor> = {
  pd: msg`Probability of default`,
  score: msg`Score`,
  instalment: msg`Instalment`,
  dti: msg`DTI`,
  disposable_income: msg`Disposable income`,
  monthly_income: msg`Monthly income`,
  amount: msg`Amount`,
  term_months: msg`Term in months`,
};

interface Props {
  trace: TableResult[];
  /** null when the policy is no longer on this PC: rules are named by their ids then. */
  tables: DecisionTable[] | null;
  definition: ProductDefinition | null;
}

export function PolicyTrace({ trace, tables, definition }: Props) {
  if (trace.length === 0) {
    return (
      <p className={classes.none}>
        <Trans>No policy was active, so no rule was tested. A person must decide.</Trans>
      </p>
    );
  }
  return (
    <div className={classes.tables}>
      {trace.map((result) => (
        <TableTrace key={result.table} result={result} table={tables?.find(({ id }) => id === result.table)} definition={definition} />
      ))}
    </div>
  );
}

function TableTrace({
  result,
  table,
  definition,
}: {
  result: TableResult;
  table: DecisionTable | undefined;
  definition: ProductDefinition | null;
}) {
  const { text } = useLocale();
  const fired = result.rules.filter(({ result: of }) => of === 'yes').length;
  return (
    <details className={classes.table}>
      <summary>
        <span className={classes.tableTitle}>{table ? text(table.title) : result.table}</span>
        <span className={classes.fired}>
          <Plural value={fired} _0="no rule fired" one="# rule fired" other="# rules fired" />
        </span>
        {result.outcome && <OutcomeMark outcome={result.outcome} />}
      </summary>
      <ul className={classes.rules}>
        {result.rules.map(({ rule, result: of, input }) => (
          <li key={rule} data-result={of}>
            <RuleMark result={of} />
            <RuleText id={rule} table={table} decidedBy={input} definition={definition} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function RuleMark({ result }: { result: RuleResult }) {
  const Icon = RESULT_ICONS[result];
  return (
    <span className={classes.ruleMark}>
      <Icon size={15} stroke={2} aria-hidden />
      {result === 'yes' && <Trans>fired</Trans>}
      {result === 'no' && <Trans>did not apply</Trans>}
      {result === 'doubt' && <Trans>could not be tested</Trans>}
      {result === 'not-reached' && <Trans>not reached</Trans>}
    </span>
  );
}

function RuleText(props: { id: string; table: DecisionTable | undefined; decidedBy: number | null; definition: ProductDefinition | null }) {
  const { id, table, decidedBy, definition } = props;
  const { _ } = useLingui();
  const { text } = useLocale();
  const rule = table?.rules.find((candidate) => candidate.id === id);
  if (!table || !rule) return <span>{id}</span>;
  const nameOf = (input: string) => {
    const label = definition?.fields.find((field) => field.id === input)?.label;
    if (label) return text(label);
    const derived = derivedInput.safeParse(input);
    return derived.success ? _(DERIVED[derived.data]) : input;
  };
  const tests = table.inputs
    .map((input, index) => ({ name: nameOf(input), cell: rule.when[index] ?? '-', index }))
    .filter(({ cell }) => cell !== '-');
  return (
    <span>
      <RuleTitle rule={rule} />
      <small>
        {tests.length === 0 && <Trans>always</Trans>}
        {tests.map(({ name, cell, index }) => (
          <span key={name} className={classes.test} data-decided={index === decidedBy || undefined}>
            {name} <code>{cell}</code>
          </span>
        ))}
      </small>
    </span>
  );
}

function RuleTitle({ rule }: { rule: PolicyRule }) {
  const { text, formats } = useLocale();
  if (rule.reason) return text(rule.reason.text);
  if (rule.pricing) {
    const { tier } = rule.pricing;
    return (
      <Trans>
        Tier {tier}, {formats.rate(rule.pricing.annualRatePercent)} a year
      </Trans>
    );
  }
  return rule.outcome ? <OutcomeMark outcome={rule.outcome} /> : rule.id;
}
