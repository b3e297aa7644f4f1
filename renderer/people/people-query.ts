/** Cache key of the accounts. */
export const PEOPLE_KEY = ['people'] as const;
