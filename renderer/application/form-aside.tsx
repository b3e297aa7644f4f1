/** Beside the form: what is still needed, whether the draft is safe, and the button. */
import { Plural, Trans } from '@lingui/react/macro';
import { IconCircleCheck, IconCircleDashed, IconDeviceFloppy, IconUserQuestion } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useFormContext, useFormState, useWatch } from 'react-hook-form';
import type { Field, ProductDefinition } from '../../contract/product.ts';
import { useLocale } from '../language/locale.tsx';
import type { DraftState } from './draft.ts';
import classes from './form.module.css';
import type { Typed } from './understand.ts';

export function FormAside({
  definition,
  draftState,
  children,
}: {
  definition: ProductDefinition;
  draftState: DraftState;
  children: ReactNode;
}) {
  const { text } = useLocale();
  return (
    <aside className={classes.aside}>
      <p className={classes.about}>{text(definition.description)}</p>
      <Needed fields={definition.fields} />
      <DraftNote state={draftState} />
      {children}
      <p className={classes.keys}>
        <Trans>
          <kbd>Enter</kbd> next field · <kbd>Ctrl</kbd>+<kbd>Enter</kbd> decide
        </Trans>
      </p>
    </aside>
  );
}

function Needed({ fields }: { fields: Field[] }) {
  const { control } = useFormContext<Typed>();
  const typed = useWatch({ control });
  const { errors } = useFormState({ control });
  const empty = (whenMissing: Field['whenMissing']) =>
    fields.filter((field) => field.whenMissing === whenMissing && !typed[field.id]?.trim()).length;
  const [needed, refers, wrong] = [
    empty('refuse'),
    empty('refer'),
    Object.values(errors).filter((error) => error?.type !== 'service').length,
  ];
  return (
    <ul className={classes.needed} aria-live="polite">
      <li data-done={needed === 0}>
        {needed === 0 ? <IconCircleCheck size={16} aria-hidden /> : <IconCircleDashed size={16} aria-hidden />}
        <Plural value={needed} _0="All needed fields are filled" one="# needed field (*) is empty" other="# needed fields (*) are empty" />
      </li>
      {refers > 0 && (
        <li data-refer>
          <IconUserQuestion size={16} aria-hidden />
          <Plural
            value={refers}
            one="# field (◦) is empty without which a person must decide"
            other="# fields (◦) are empty without which a person must decide"
          />
        </li>
      )}
      {wrong > 0 && (
        <li data-wrong>
          <IconCircleDashed size={16} aria-hidden />
          <Plural value={wrong} one="# field must be corrected" other="# fields must be corrected" />
        </li>
      )}
    </ul>
  );
}

function DraftNote({ state }: { state: DraftState }) {
  const { formats } = useLocale();
  if (state.state === 'untouched') return null;
  const when = state.state === 'saved' ? formats.time(state.at) : '';
  return (
    <p className={classes.draft} role="status" data-state={state.state}>
      <IconDeviceFloppy size={16} aria-hidden />
      {state.state === 'saved' && <Trans>Draft saved {when}</Trans>}
      {state.state === 'saving' && <Trans>Saving draft…</Trans>}
      {state.state === 'unsaved' && <Trans>Draft not saved yet. Trying again…</Trans>}
    </p>
  );
}
