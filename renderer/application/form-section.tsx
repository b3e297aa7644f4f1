/** One section of a form. Fields that are not scored stand apart inside it, with what happens to them. */
import { Trans } from '@lingui/react/macro';
import { IconEyeOff, IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Field, ProductDefinition } from '../../contract/product.ts';
import { useLocale } from '../language/locale.tsx';
import { FieldInput } from './field-input.tsx';
import classes from './form.module.css';

type Section = ProductDefinition['sections'][number];

export function FormSection({ section, fields }: { section: Section; fields: Field[] }) {
  const { text } = useLocale();
  const apart = (use: Field['use']) => fields.filter((field) => field.use === use);
  const asked = fields.filter((field) => field.use === 'scored' || field.use === 'policy');
  if (fields.length === 0) return null;
  return (
    <fieldset className={classes.section}>
      <legend>{text(section.label)}</legend>
      <Group
        fields={apart('identifying')}
        note={
          <>
            <IconLock size={14} aria-hidden /> <Trans>Encrypted under a key of its own and kept apart from what is scored. Optional.</Trans>
          </>
        }
      />
      <Group fields={asked} />
      <Group
        fields={apart('protected')}
        note={
          <>
            <IconEyeOff size={14} aria-hidden /> <Trans>For monitoring only, not scored.</Trans> {sharedHelp(apart('protected'), text)}
          </>
        }
      />
    </fieldset>
  );
}

function Group({ fields, note }: { fields: Field[]; note?: ReactNode }) {
  const { text } = useLocale();
  if (fields.length === 0) return null;
  const shared = note && sharedHelp(fields, text) !== '';
  return (
    <div className={note ? classes.apart : undefined}>
      {note && <p className={classes.note}>{note}</p>}
      <div className={classes.fields}>
        {fields.map((field) => (
          <FieldInput key={field.id} field={field} withHelp={!shared} />
        ))}
      </div>
    </div>
  );
}

/** The help of a group whose fields all say the same: it is told once. */
function sharedHelp(fields: Field[], text: (of: NonNullable<Field['help']>) => string): string {
  const helps = new Set(fields.map((field) => (field.help ? text(field.help) : '')));
  return helps.size === 1 ? ([...helps][0] ?? '') : '';
}
