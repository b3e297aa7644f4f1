/** Texts that a person reads, kept per language so that a new language is data and not code. */
import { z } from 'zod';

/** One text in several languages. English is always present and is what an unknown language falls back to. */
export const localised = z.object({ en: z.string().min(1) }).catchall(z.string().min(1));
export type Localised = z.infer<typeof localised>;

/**
 * The text in the wanted language, in its primary language (`es` for `es-MX`), else in English.
 * @param language a BCP 47 tag
 */
export function textIn(text: Localised, language: string): string {
  return text[language] ?? text[language.split('-')[0] ?? 'en'] ?? text.en;
}
