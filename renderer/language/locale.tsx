/** The language of the screens and the locale's way with numbers and dates, for every component. */
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { DatesProvider } from '@mantine/dates';
import { createContext, type ReactNode, use, useMemo, useState } from 'react';
import { type Localised, textIn } from '../../contract/localised.ts';
import { type Formats, formatsOf } from './formats.ts';
import { activateLanguage, type Language, localeFor, rememberLanguage } from './languages.ts';

export interface LocaleChoice {
  language: Language;
  /** BCP 47 tag for numbers and dates. */
  locale: string;
  formats: Formats;
  /** A text of a product, model or policy in the language shown. */
  text: (of: Localised) => string;
  choose: (language: Language) => void;
}

const LocaleContext = createContext<LocaleChoice | null>(null);

/** @param system the system's language tag, as the shell tells it */
export function LocaleProvider({ initial, system, children }: { initial: Language; system: string; children: ReactNode }) {
  const [language, setLanguage] = useState(initial);
  const choice = useMemo<LocaleChoice>(() => {
    const locale = localeFor(language, system);
    return {
      language,
      locale,
      formats: formatsOf(locale),
      text: (of) => textIn(of, language),
      choose(next) {
        activateLanguage(next);
        rememberLanguage(next);
        setLanguage(next);
      },
    };
  }, [language, system]);
  return (
    <I18nProvider i18n={i18n}>
      <DatesProvider settings={{ locale: language }}>
        <LocaleContext value={choice}>{children}</LocaleContext>
      </DatesProvider>
    </I18nProvider>
  );
}

export function useLocale(): LocaleChoice {
  const choice = use(LocaleContext);
  if (!choice) throw new Error('useLocale outside of LocaleProvider');
  return choice;
}
