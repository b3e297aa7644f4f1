import type { LogFilter } from '../../contract/audit.ts';

/** No member is there without a value. */
type Tidy = { [Key in keyof LogFilter]?: NonNullable<LogFilter[Key]> };

/** A filter without what is empty: the contract knows absent members, not `undefined`. */
export function tidyLogFilter(filter: { [Key in keyof LogFilter]: LogFilter[Key] | undefined | null }): Tidy {
  const filled = Object.entries(filter).filter(
    ([, value]) => value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(filled) as Tidy;
}
