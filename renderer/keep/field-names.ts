/** What the fields that identify an applicant are called. */
import { useLingui } from '@lingui/react/macro';
import type { ProductDefinition } from '../../contract/product.ts';
import { useLocale } from '../language/locale.tsx';

/** Name that the service gives a reviewer's remark among the fields. */
const REMARK = 'remark';

/** @param definition null: the product is no longer on this PC, and its fields keep the names that the log has for them */
export function useFieldNames(definition: ProductDefinition | null): (ids: readonly string[]) => string[] {
  const { t } = useLingui();
  const { text } = useLocale();
  return (ids) =>
    ids.map((id) => {
      const field = definition?.fields.find((one) => one.id === id);
      if (field) return text(field.label);
      return id === REMARK ? t`a reviewer's remark` : id;
    });
}
