/** The input of one field, by its type. The form keeps letter for letter what is typed; '' is nothing. */
import { useLingui } from '@lingui/react/macro';
import { TextInput } from '@mantine/core';
import { useController } from 'react-hook-form';
import type { Field } from '../../contract/product.ts';
import { useLocale } from '../language/locale.tsx';
import { ChoiceInput } from './choice-input.tsx';
import { DateInput } from './date-input.tsx';
import classes from './form.module.css';
import type { InputProps } from './input-props.ts';
import type { Typed } from './understand.ts';

export function FieldInput({ field, withHelp }: { field: Field; withHelp: boolean }) {
  const { t } = useLingui();
  const { text } = useLocale();
  const { field: bound, fieldState } = useController<Typed>({ name: field.id });
  const help = withHelp && field.help ? text(field.help) : '';
  const hint = field.whenMissing === 'refer' && bound.value === '' && fieldState.isTouched ? t`Without it a person must decide.` : '';
  const props: InputProps = {
    label: text(field.label),
    description: [help, hint].filter(Boolean).join(' ') || undefined,
    error: fieldState.error?.message,
    value: bound.value ?? '',
    onChange: bound.onChange,
    onBlur: bound.onBlur,
    ref: bound.ref,
    // The marks are drawn by the style sheet, so that the label's text stays the field's name.
    withAsterisk: false,
    labelProps: { 'data-when-missing': field.whenMissing },
    required: field.whenMissing === 'refuse',
    inputWrapperOrder: ['label', 'input', 'error', 'description'],
    classNames: {
      root: classes.field ?? '',
      label: classes.label ?? '',
      description: classes.description ?? '',
      error: classes.error ?? '',
    },
  };
  switch (field.type) {
    case 'choice':
      return <ChoiceInput {...props} options={field.options} />;
    case 'date':
      return <DateInput {...props} />;
    case 'text': {
      const { onChange, ...rest } = props;
      const type = { plain: 'text', email: 'email', phone: 'tel' }[field.format];
      return (
        <TextInput {...rest} type={type} autoComplete="off" spellCheck={false} onChange={(event) => onChange(event.currentTarget.value)} />
      );
    }
    case 'integer':
    case 'decimal': {
      const { onChange, ...rest } = props;
      const unit = field.unit ? text(field.unit) : null;
      return (
        <TextInput
          {...rest}
          inputMode={field.type === 'integer' ? 'numeric' : 'decimal'}
          autoComplete="off"
          rightSection={unit && <span className={classes.unit}>{unit}</span>}
          rightSectionWidth={unit ? `calc(${unit.length}ch + 18px)` : undefined}
          rightSectionPointerEvents="none"
          aria-description={unit ?? undefined}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    }
  }
}
