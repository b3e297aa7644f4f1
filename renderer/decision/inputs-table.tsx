/** What was entered, section by section, with what was used for what. */
import { Trans } from '@lingui/react/macro';
import type { Answer } from '../../contract/application.ts';
import type { DecisionView } from '../../contract/ipc.ts';
import type { Field, ProductDefinition } from '../../contract/product.ts';
import { answerText } from '../application/understand.ts';
import { useLocale } from '../language/locale.tsx';
import classes from './report.module.css';

export function InputsTable({ view, definition }: { view: DecisionView; definition: ProductDefinition | null }) {
  const { text, language, locale } = useLocale();
  const answers: Record<string, Answer> = { ...view.inputs, ...view.protected, ...view.identity };
  if (!definition) return <BareInputs answers={answers} />;
  return (
    <>
      {view.identity === null && (
        <p className={classes.none}>
          <Trans>Nobody was named, or the personal data were erased.</Trans>
        </p>
      )}
      {definition.sections.map((section) => {
        const fields = definition.fields.filter((field) => field.section === section.id && (answers[field.id] ?? null) !== null);
        if (fields.length === 0) return null;
        return (
          <section key={section.id} aria-label={text(section.label)}>
            <h3 className={classes.inputSection}>{text(section.label)}</h3>
            <dl className={classes.pairs}>
              {fields.map((field) => (
                <div key={field.id}>
                  <dt>
                    {text(field.label)} <Use of={field.use} />
                  </dt>
                  <dd>{answerText(field, answers[field.id] ?? null, language, locale)}</dd>
                </div>
              ))}
            </dl>
          </section>
        );
      })}
    </>
  );
}

function Use({ of }: { of: Field['use'] }) {
  if (of === 'scored') return null;
  return (
    <small>
      {of === 'protected' && <Trans>not scored</Trans>}
      {of === 'policy' && <Trans>policy only</Trans>}
      {of === 'identifying' && <Trans>kept apart</Trans>}
    </small>
  );
}

function BareInputs({ answers }: { answers: Record<string, Answer> }) {
  return (
    <dl className={classes.pairs}>
      {Object.entries(answers).map(([id, value]) => (
        <div key={id}>
          <dt>{id}</dt>
          <dd>{value === null ? '–' : String(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
