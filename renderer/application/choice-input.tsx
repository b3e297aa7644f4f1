/** A choice that can be typed: letters narrow the list, Enter takes the first, leaving takes the only one that is left. */
import { useLingui } from '@lingui/react/macro';
import { Select } from '@mantine/core';
import type { Field } from '../../contract/product.ts';
import { useLocale } from '../language/locale.tsx';
import type { InputProps } from './input-props.ts';

type Options = Extract<Field, { type: 'choice' }>['options'];

export function ChoiceInput({ options, value, onChange, onBlur, ref, ...rest }: InputProps & { options: Options }) {
  const { t } = useLingui();
  const { text, language } = useLocale();
  const data = options.map((option) => ({ value: option.value, label: text(option.label) }));
  return (
    <Select
      // The input keeps its own text; in another language it must begin with the other label.
      key={language}
      {...rest}
      ref={ref}
      data={data}
      value={value === '' ? null : value}
      onChange={(next) => onChange(next ?? '')}
      searchable
      clearable
      openOnFocus={false}
      allowDeselect={false}
      selectFirstOptionOnChange
      nothingFoundMessage={t`No such option`}
      clearButtonProps={{ 'aria-label': t`Clear`, tabIndex: -1 }}
      onBlur={(event) => {
        const next = meant(event.currentTarget.value, data);
        if (next !== undefined && next !== value) onChange(next);
        onBlur();
      }}
    />
  );
}

/** The value that a typed text can only mean; '' when it was emptied; undefined when it could be several or none. */
export function meant(typed: string, data: { value: string; label: string }[]): string | undefined {
  const text = typed.trim().toLocaleLowerCase();
  if (text === '') return '';
  const exact = data.filter((option) => option.label.toLocaleLowerCase() === text);
  const begins = data.filter((option) => option.label.toLocaleLowerCase().startsWith(text));
  const [only, ...others] = exact.length > 0 ? exact : begins;
  return only && others.length === 0 ? only.value : undefined;
}
