/** An entry's few words in the language shown: those that are the log's own are translated, names and versions stay. */
import type { MessageDescriptor } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { CAUSES, CHANGES, PLACES } from './words.ts';

export function useTellDetail(): (row: { type: string; detail: string }) => string {
  const { _ } = useLingui();
  return ({ type, detail }) => {
    const words = detail.split(' ');
    const known = (of: Record<string, MessageDescriptor>, word: string | undefined) => {
      const found = word === undefined || !Object.hasOwn(of, word) ? undefined : of[word];
      return found && _(found);
    };
    if (type.endsWith('-activated')) {
      const place = known(PLACES, words[0]);
      const cause = known(CAUSES, words.at(-1));
      const what = words.slice(place ? 1 : 0, cause ? -1 : undefined).join(' ');
      return `${place ? `${place}: ` : ''}${what}${cause ? ` – ${cause}` : ''}`;
    }
    if (type === 'change-proposed') {
      const change = known(CHANGES, words[0]);
      // The product stands in a column of its own.
      return change ? `${change}: ${words.slice(2).join(' ')}` : detail;
    }
    if (type === 'app-updated') return words.join(' → ');
    return detail;
  };
}
