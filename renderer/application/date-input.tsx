/**
 * A day, typed in the locale's order. What is understood is kept in the form as ISO 8601, so that neither a draft nor a change of
 * language can swap day and month; what is not understood is kept as it was typed.
 */
import { useLingui } from '@lingui/react';
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocale } from '../language/locale.tsx';
import { parseDate, typeDate } from '../language/parse-date.ts';
import type { InputProps } from './input-props.ts';
import { dateHint } from './understand.ts';

const ISO = /^\d{4}-\d{2}-\d{2}$/;

export function DateInput({ value, onChange, onBlur, description, ...rest }: InputProps) {
  const { i18n } = useLingui();
  const { locale, formats } = useLocale();
  const [typing, setTyping] = useState<string | null>(null);
  const understood = ISO.test(value);
  return (
    <TextInput
      {...rest}
      inputMode="numeric"
      autoComplete="off"
      placeholder={dateHint(i18n, locale)}
      value={typing ?? (understood ? typeDate(value, locale) : value)}
      description={[understood && formats.day(value), description].filter(Boolean).join(' · ') || undefined}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        setTyping(typed);
        onChange(parseDate(typed, locale) ?? typed);
      }}
      onBlur={() => {
        setTyping(null);
        onBlur();
      }}
    />
  );
}
