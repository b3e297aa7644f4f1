/** The languages of the screens, and which locale's numbers and dates go with each. */
import 'dayjs/locale/es.js';
import { i18n } from '@lingui/core';
import { messages as en } from '../locales/en.po';
import { messages as es } from '../locales/es.po';

/** A language's name in its own words: somebody who cannot read the present one must find theirs. */
export const LANGUAGES = { en: 'English', es: 'Español' } as const;
export type Language = keyof typeof LANGUAGES;

const catalogues = { en, es };
const STORED = 'outpost.language';

export function isLanguage(tag: string | null | undefined): tag is Language {
  return typeof tag === 'string' && tag in LANGUAGES;
}

const primary = (tag: string) => tag.split('-')[0] ?? tag;

/** The language chosen on this PC before, else the system's, else English. */
export function startingLanguage(system: string): Language {
  const stored = localStorage.getItem(STORED);
  if (isLanguage(stored)) return stored;
  const wanted = primary(system);
  return isLanguage(wanted) ? wanted : 'en';
}

export function activateLanguage(language: Language): void {
  i18n.loadAndActivate({ locale: language, messages: catalogues[language] });
  document.documentElement.lang = language;
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(STORED, language);
}

/** The system's own regional habits where its language is the one shown (`es-MX` writes 1,234.56, `es` 1.234,56). */
export function localeFor(language: Language, system: string): string {
  return primary(system) === language ? system : language;
}
