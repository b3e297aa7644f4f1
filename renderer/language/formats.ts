/** Numbers and dates as a locale writes them. */

export interface Formats {
  /** Amounts and counts with at most two decimals. */
  number: (value: number) => string;
  /** Score points: whole. */
  points: (value: number) => string;
  /** A change in points with its sign, one decimal. */
  change: (value: number) => string;
  /** A share in [0,1] with one decimal. */
  percent: (value: number) => string;
  /** A probability: never shown as a certainty that it is not. */
  probability: (value: number) => string;
  /** A change of a share with its sign. */
  percentChange: (value: number) => string;
  /** An amount in a currency; a plain number where none is known. */
  money: (value: number, currency: string | null) => string;
  /** A rate that is a percentage already. */
  rate: (percent: number) => string;
  /** A moment, in the PC's time zone. */
  moment: (isoMoment: string | number) => string;
  time: (isoMoment: string | number) => string;
  /** A calendar day in words, so that day and month cannot be confused. */
  day: (isoDay: string) => string;
}

export function formatsOf(locale: string): Formats {
  const number = (options: Intl.NumberFormatOptions) => {
    const format = new Intl.NumberFormat(locale, options);
    return (value: number) => format.format(value);
  };
  const date = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, options);
    return (value: string | number) => format.format(new Date(value));
  };
  const day = date({ dateStyle: 'long', timeZone: 'UTC' });
  const plain = number({ maximumFractionDigits: 2 });
  /** An amount has no cents or two of them, never one. */
  const amount = (value: number, style: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(locale, { ...style, minimumFractionDigits: Number.isInteger(value) ? 0 : 2, maximumFractionDigits: 2 }).format(
      value,
    );
  const percent = number({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return {
    number: plain,
    points: number({ maximumFractionDigits: 0 }),
    change: number({ maximumFractionDigits: 1, minimumFractionDigits: 1, signDisplay: 'exceptZero' }),
    percent,
    probability: (value) =>
      value > 0 && value < 0.0005 ? `< ${percent(0.001)}` : value < 1 && value >= 0.9995 ? `> ${percent(0.999)}` : percent(value),
    percentChange: number({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: 'exceptZero' }),
    money: (value, currency) => amount(value, currency ? { style: 'currency', currency, currencyDisplay: 'code' } : {}),
    rate: (percent) => number({ style: 'percent', maximumFractionDigits: 2 })(percent / 100),
    moment: date({ dateStyle: 'medium', timeStyle: 'short' }),
    time: date({ timeStyle: 'short' }),
    day: (isoDay) => day(`${isoDay}T00:00:00Z`),
  };
}
