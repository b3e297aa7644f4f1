/** Filters of the log. What may be chosen is what occurs in it. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Chip, MultiSelect, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { LogFilter } from '../../contract/audit.ts';
import { useConnection } from '../connection/connection.tsx';
import { DayInput, OutcomeChips } from '../decisions/filter-bar.tsx';
import { useLocale } from '../language/locale.tsx';
import { useProducts } from '../shell/products.ts';
import classes from './audit.module.css';
import { tidyLogFilter } from './tidy-log-filter.ts';
import { useTypeName } from './type-name.ts';

interface Props {
  filter: LogFilter;
  setFilter: (filter: LogFilter) => void;
  /** Size of the log: what occurs may have become more. */
  size: number;
  /** What is said of the result, at the end of the bar. */
  children: ReactNode;
}

export function LogFilterBar({ filter, setFilter, size, children }: Props) {
  const { t } = useLingui();
  const { text } = useLocale();
  const typeName = useTypeName();
  const { service } = useConnection();
  const products = useProducts();
  const { data: facets } = useQuery({
    queryKey: ['audit', 'facets', size],
    queryFn: ({ signal }) => service.ask((client, options) => client.audit.facets(undefined, options), signal),
    placeholderData: (before) => before,
  });
  const set = (change: { [Key in keyof LogFilter]?: LogFilter[Key] | undefined | null }) =>
    setFilter(tidyLogFilter({ ...filter, ...change }));
  return (
    <search className={classes.filters} aria-label={t`Filter the log`}>
      <DayInput label={t`From day`} value={filter.from} onChange={(from) => set({ from })} />
      <DayInput label={t`To day`} value={filter.to} onChange={(to) => set({ to })} />
      <MultiSelect
        size="sm"
        className={classes.wide ?? ''}
        aria-label={t`Types of entries`}
        placeholder={filter.types ? '' : t`All types`}
        data={(facets?.types ?? filter.types ?? []).map((type) => ({ value: type, label: typeName(type) }))}
        value={filter.types ?? []}
        onChange={(types) => set({ types })}
        comboboxProps={{ withinPortal: false }}
        clearable
        clearButtonProps={{ 'aria-label': t`All types` }}
      />
      <Choice label={t`Person`} all={t`Everybody`} values={facets?.actors} value={filter.actor} choose={(actor) => set({ actor })} />
      <OutcomeChips chosen={filter.outcomes ?? []} choose={(outcomes) => set({ outcomes })} />
      <Chip
        size="sm"
        radius="sm"
        variant="outline"
        checked={filter.overridden === true}
        onChange={(overridden) => set({ overridden: overridden || undefined })}
      >
        <Trans>Overridden</Trans>
      </Chip>
      <Select
        size="sm"
        className={classes.choice ?? ''}
        aria-label={t`Product`}
        placeholder={t`All products`}
        data={(products.data ?? []).map(({ definition }) => ({ value: definition.product, label: text(definition.title) }))}
        value={filter.product ?? null}
        onChange={(product) => set({ product })}
        comboboxProps={{ withinPortal: false }}
        clearable
        clearButtonProps={{ 'aria-label': t`All products` }}
      />
      <Choice
        label={t`Model version`}
        all={t`All models`}
        values={facets?.modelVersions}
        value={filter.modelVersion}
        choose={(modelVersion) => set({ modelVersion })}
      />
      <Choice
        label={t`Policy version`}
        all={t`All policies`}
        values={facets?.policyVersions}
        value={filter.policyVersion}
        choose={(policyVersion) => set({ policyVersion })}
      />
      <Choice label={t`Reason`} all={t`All reasons`} values={facets?.reasons} value={filter.reason} choose={(reason) => set({ reason })} />
      {Object.keys(filter).length > 0 && (
        <Button variant="subtle" size="sm" onClick={() => setFilter({})}>
          <Trans>Clear filters</Trans>
        </Button>
      )}
      {children}
    </search>
  );
}

interface ChoiceProps {
  label: string;
  /** What is shown when nothing is chosen. */
  all: string;
  values: string[] | undefined;
  value: string | undefined;
  choose: (value: string | null) => void;
}

function Choice({ label, all, values, value, choose }: ChoiceProps) {
  return (
    <Select
      size="sm"
      className={classes.choice ?? ''}
      aria-label={label}
      placeholder={all}
      data={values ?? (value === undefined ? [] : [value])}
      value={value ?? null}
      onChange={choose}
      comboboxProps={{ withinPortal: false }}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': all }}
    />
  );
}
