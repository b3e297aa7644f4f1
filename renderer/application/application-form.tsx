/** One application: the form of the product's definition, its draft, and the way to a decision. */
import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { FormProvider, useForm } from 'react-hook-form';
import type { Draft } from '../../contract/application.ts';
import type { ProductView } from '../../contract/ipc.ts';
import { useConnection } from '../connection/connection.tsx';
import { useLocale } from '../language/locale.tsx';
import { FailureNote } from '../shell/failure-note.tsx';
import { ClearButton } from './clear-button.tsx';
import { useDraftKeeper } from './draft.ts';
import classes from './form.module.css';
import { FormAside } from './form-aside.tsx';
import { formResolver } from './form-resolver.ts';
import { FormSection } from './form-section.tsx';
import { moveOnEnter } from './keyboard.ts';
import { nothingTyped, type Typed, type Understood } from './understand.ts';
import { useDecide } from './use-decide.ts';

interface Props {
  product: ProductView;
  draft: Draft | null;
  /** Told of every change, for when the officer looks at another product in between. */
  remember: (draft: Draft) => void;
  /** Begins anew with an empty form; the draft has been discarded. */
  clear: () => void;
}

export function ApplicationForm({ product: { definition }, draft: given, remember, clear }: Props) {
  /** As it was when the form was opened; what is typed from then on is the form's own. */
  const [draft] = useState(given);
  const { service } = useConnection();
  const { i18n } = useLingui();
  const { locale, text } = useLocale();
  const navigate = useNavigate();
  const [applicationId, setApplicationId] = useState(() => draft?.applicationId ?? crypto.randomUUID());
  const keeper = useDraftKeeper(service, { applicationId, product: definition.product }, draft?.changedAt ?? null);
  // The catalogue changes inside of `i18n`: its locale says so.
  const resolver = useMemo(() => formResolver(definition, { i18n, locale }), [definition, i18n, locale]);
  const form = useForm<Typed, unknown, Understood>({
    resolver,
    defaultValues: { ...nothingTyped(definition), ...draft?.typed },
    mode: 'onTouched',
  });
  const decide = useDecide({ definition, applicationId, form, keeper, renew: () => setApplicationId(crypto.randomUUID()) });

  const { subscribe } = form;
  const { keep } = keeper;
  useEffect(
    () =>
      subscribe({
        formState: { values: true },
        callback: ({ values }) => {
          keep(values);
          remember({ applicationId, product: definition.product, typed: values, changedAt: Date.now() });
        },
      }),
    [subscribe, keep, remember, applicationId, definition.product],
  );
  const { setFocus } = form;
  const first = definition.fields[0]?.id;
  // Hands are on the keyboard: typing may begin at once, unless the focus is somewhere on purpose.
  useEffect(() => {
    const { activeElement } = document;
    if (first && (activeElement === document.body || activeElement?.tagName === 'H1')) setFocus(first);
  }, [first, setFocus]);
  useLanguageChange(i18n.locale, () => {
    if (form.formState.isSubmitted || Object.keys(form.formState.errors).length > 0) void form.trigger(Object.keys(form.formState.errors));
  });

  async function submit() {
    const seq = await decide.submit();
    if (seq !== null) await navigate({ to: '/decisions/$seq', params: { seq: String(seq) } });
  }
  async function startAgain() {
    if (await decide.discard()) clear();
  }

  return (
    <FormProvider {...form}>
      <form
        className={classes.layout}
        noValidate
        aria-label={text(definition.title)}
        onKeyDown={(event) => moveOnEnter(event, () => void submit())}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div className={classes.sections}>
          {draft && <RestoredNote changedAt={draft.changedAt} />}
          {definition.sections.map((section) => (
            <FormSection key={section.id} section={section} fields={definition.fields.filter((field) => field.section === section.id)} />
          ))}
        </div>
        <FormAside definition={definition} draftState={keeper.state}>
          {decide.failure && <FailureNote failure={decide.failure} />}
          {decide.alreadyDecided !== null && <AlreadyDecided seq={decide.alreadyDecided} />}
          <Button type="submit" size="md" fullWidth loading={decide.deciding} aria-keyshortcuts="Control+Enter">
            {decide.failure ? <Trans>Try again</Trans> : <Trans>Decide</Trans>}
          </Button>
          <div role="status" className={classes.deciding}>
            {decide.deciding && (decide.retrying ? <Trans>The service restarted. Asking again…</Trans> : <Trans>Deciding…</Trans>)}
          </div>
          <ClearButton clear={() => void startAgain()} disabled={decide.deciding} />
        </FormAside>
      </form>
    </FormProvider>
  );
}

function RestoredNote({ changedAt }: { changedAt: number }) {
  const { formats } = useLocale();
  const when = formats.moment(changedAt);
  return (
    <p className={classes.restored} role="status">
      <Trans>Your draft of {when} was restored. Nothing has been decided yet.</Trans>
    </p>
  );
}

function AlreadyDecided({ seq }: { seq: number }) {
  return (
    <p className={classes.restored} role="alert">
      <Trans>
        This application was decided before, with other answers: it is entry {seq}. What you typed now is a new application; press Decide
        again to have it decided.
      </Trans>
    </p>
  );
}

/** Complaints are texts: after a change of language the ones that are shown are made again. */
function useLanguageChange(language: string, onChange: () => void) {
  const shown = useRef(language);
  useEffect(() => {
    if (shown.current === language) return;
    shown.current = language;
    onChange();
  });
}
