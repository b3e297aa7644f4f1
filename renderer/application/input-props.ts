/** What every input of the form is given, whatever its type. */
import type { Field } from '../../contract/product.ts';

export interface InputProps {
  label: string;
  description: string | undefined;
  error: string | undefined;
  value: string;
  onChange: (typed: string) => void;
  onBlur: () => void;
  ref: (element: HTMLElement | null) => void;
  withAsterisk: false;
  labelProps: { 'data-when-missing': Field['whenMissing'] };
  required: boolean;
  inputWrapperOrder: ['label', 'input', 'error', 'description'];
  classNames: Record<string, string>;
}
