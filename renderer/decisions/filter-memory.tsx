/** Keeps the list's filter while a decision is looked at: coming back must not start the search again. It may hold a name, so no URL. */
import { createContext, type ReactNode, use, useState } from 'react';
import type { DecisionFilter } from '../../contract/decision-list.ts';

type Memory = readonly [DecisionFilter, (filter: DecisionFilter) => void];

const FilterContext = createContext<Memory | null>(null);

export function FilterMemory({ children }: { children: ReactNode }) {
  const memory = useState<DecisionFilter>({});
  return <FilterContext value={memory}>{children}</FilterContext>;
}

export function useFilter(): Memory {
  const memory = use(FilterContext);
  if (!memory) throw new Error('useFilter outside of FilterMemory');
  return memory;
}
