/** Reads a day as a person of this locale writes it. Only four-digit years: `04/03/80` has been read as 2080 too often. */

/** The order of day, month and year in this locale, and what stands between them. */
function dateParts(locale: string): { order: ('day' | 'month' | 'year')[]; between: string } {
  const parts = new Intl.DateTimeFormat(locale, { year: 'numeric', month: '2-digit', day: '2-digit', calendar: 'gregory' }).formatToParts(
    0,
  );
  const order = parts.map((part) => part.type).filter((type) => type === 'day' || type === 'month' || type === 'year');
  return { order, between: parts.find((part) => part.type === 'literal')?.value ?? '/' };
}

/** How a day is typed here, in the letters of `letters` (year, month, day): `DD/MM/YYYY`. */
export function datePattern(locale: string, letters: { year: string; month: string; day: string }): string {
  const { order, between } = dateParts(locale);
  return order.map((part) => letters[part]).join(between);
}

/** The day as YYYY-MM-DD, or null when the text is no real day in this locale's order or in ISO 8601. */
export function parseDate(text: string, locale: string): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text.trim());
  if (iso) return realDay(iso[1], iso[2], iso[3]);
  const typed = /^(\d{1,4})[./\s-]+(\d{1,2})[./\s-]+(\d{1,4})\.?$/.exec(text.trim());
  if (!typed) return null;
  const { order } = dateParts(locale);
  const part = (name: 'day' | 'month' | 'year') => typed[order.indexOf(name) + 1];
  return realDay(part('year'), part('month'), part('day'));
}

function realDay(year: string | undefined, month: string | undefined, day: string | undefined): string | null {
  if (year?.length !== 4 || !month || !day) return null;
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${text}T00:00:00Z`);
  // 31 February becomes a day in March: not what was typed.
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text ? null : text;
}

/** An ISO day as this locale types it; the inverse of `parseDate`. */
export function typeDate(isoDay: string, locale: string): string {
  const [year = '', month = '', day = ''] = isoDay.split('-');
  const { order, between } = dateParts(locale);
  return order.map((part) => ({ year, month, day })[part]).join(between);
}
