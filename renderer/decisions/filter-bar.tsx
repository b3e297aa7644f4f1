/** Search and filters of the list. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Chip, Group, Select, TextInput } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { DecisionFilter } from '../../contract/decision-list.ts';
import { type Outcome, outcome } from '../../contract/policy.ts';
import { OUTCOME_ICONS, OutcomeWord } from '../decision/outcome.tsx';
import { useLocale } from '../language/locale.tsx';
import { parseDate, typeDate } from '../language/parse-date.ts';
import { useProducts } from '../shell/products.ts';
import classes from './decisions.module.css';

/** Milliseconds of rest before a typed search is asked for. */
const SEARCH_REST_MS = 200;

/** A filter without what is empty: the contract knows absent members, not `undefined`. */
export function tidyFilter(filter: { [Key in keyof DecisionFilter]: DecisionFilter[Key] | undefined }): DecisionFilter {
  const { search, outcomes, product, from, to } = filter;
  return {
    ...(search?.trim() && { search: search.trim() }),
    ...(outcomes && outcomes.length > 0 && { outcomes }),
    ...(product && { product }),
    ...(from && { from }),
    ...(to && { to }),
  };
}

export function FilterBar({ filter, setFilter }: { filter: DecisionFilter; setFilter: (filter: DecisionFilter) => void }) {
  const { t } = useLingui();
  const { text } = useLocale();
  const products = useProducts();
  return (
    <search className={classes.filters} aria-label={t`Filter decisions`}>
      <SearchInput search={filter.search ?? ''} setSearch={(search) => setFilter(tidyFilter({ ...filter, search }))} />
      <OutcomeChips chosen={filter.outcomes ?? []} choose={(outcomes) => setFilter(tidyFilter({ ...filter, outcomes }))} />
      <Select
        size="sm"
        className={classes.product ?? ''}
        aria-label={t`Product`}
        placeholder={t`All products`}
        data={(products.data ?? []).map(({ definition }) => ({ value: definition.product, label: text(definition.title) }))}
        value={filter.product ?? null}
        onChange={(product) => setFilter(tidyFilter({ ...filter, product: product ?? undefined }))}
        clearable
        clearButtonProps={{ 'aria-label': t`All products` }}
      />
      <DayInput label={t`From day`} value={filter.from} onChange={(from) => setFilter(tidyFilter({ ...filter, from }))} />
      <DayInput label={t`To day`} value={filter.to} onChange={(to) => setFilter(tidyFilter({ ...filter, to }))} />
      {Object.keys(filter).length > 0 && (
        <Button variant="subtle" size="sm" onClick={() => setFilter({})}>
          <Trans>Clear filters</Trans>
        </Button>
      )}
    </search>
  );
}

function SearchInput({ search, setSearch }: { search: string; setSearch: (search: string) => void }) {
  const { t } = useLingui();
  const [typed, setTyped] = useState(search);
  const [given, setGiven] = useState(search);
  // Cleared from outside: what is typed follows.
  if (given !== search) {
    setGiven(search);
    if (typed.trim() !== search) setTyped(search);
  }
  useEffect(() => {
    if (typed.trim() === search) return;
    const timer = setTimeout(() => setSearch(typed), SEARCH_REST_MS);
    return () => clearTimeout(timer);
  });
  return (
    <TextInput
      size="sm"
      className={classes.search ?? ''}
      type="search"
      aria-label={t`Search by name or entry number`}
      placeholder={t`Name or entry number`}
      leftSection={<IconSearch size={16} aria-hidden />}
      maxLength={200}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}

export function OutcomeChips({ chosen, choose }: { chosen: Outcome[]; choose: (outcomes: Outcome[]) => void }) {
  const { t } = useLingui();
  return (
    <Chip.Group multiple value={chosen} onChange={(values) => choose(outcome.array().parse(values))}>
      <Group gap={6} role="group" aria-label={t`Outcome`}>
        {outcome.options.map((value) => {
          const Icon = OUTCOME_ICONS[value];
          return (
            <Chip key={value} value={value} size="sm" radius="sm" variant="outline">
              <span className={classes.chip}>
                <Icon size={15} stroke={1.8} aria-hidden />
                <OutcomeWord outcome={value} />
              </span>
            </Chip>
          );
        })}
      </Group>
    </Chip.Group>
  );
}

export function DayInput({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (day: string | undefined) => void;
}) {
  const { t } = useLingui();
  const { locale } = useLocale();
  return (
    <DateInput
      size="sm"
      className={classes.day ?? ''}
      aria-label={label}
      placeholder={label}
      value={value ?? null}
      onChange={(day) => onChange(day ?? undefined)}
      valueFormat={(day) => typeDate(day, locale)}
      dateParser={(typed) => parseDate(typed, locale)}
      hideOutsideDates
      popoverProps={{ withinPortal: false }}
      classNames={{ day: classes.calendarDay ?? '' }}
      clearable
      clearButtonProps={{ 'aria-label': t`Clear` }}
      previousLabel={t`Back`}
      nextLabel={t`Forward`}
    />
  );
}
