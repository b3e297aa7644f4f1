/** What an erasure would take, and what it leaves, before anything is touched. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { IconCircleCheck, IconEraser, IconLockAccess } from '@tabler/icons-react';
import type { ErasurePreview } from '../../contract/audit.ts';
import type { ProductDefinition } from '../../contract/product.ts';
import { useFieldNames } from './field-names.ts';
import classes from './keep.module.css';

export function Erasure({ preview, definition }: { preview: ErasurePreview; definition: ProductDefinition | null }) {
  const { t } = useLingui();
  if (preview.alreadyErased)
    return (
      <p className={classes.good} role="status">
        <IconCircleCheck size={18} stroke={1.7} aria-hidden />
        <Trans>Nothing on this PC names the applicant any more. There is nothing left to erase.</Trans>
      </p>
    );
  return (
    <div className={classes.sides}>
      <section className={classes.side} aria-label={t`What goes`}>
        <h2>
          <IconEraser size={18} stroke={1.7} aria-hidden /> <Trans>What goes</Trans>
        </h2>
        <Goes preview={preview} definition={definition} />
      </section>
      <section className={classes.side} aria-label={t`What stays`}>
        <h2>
          <IconLockAccess size={18} stroke={1.7} aria-hidden /> <Trans>What stays</Trans>
        </h2>
        <ul>
          <li>
            <Trans>The decision with its other answers (income, debts, term …), score, reasons and reviews: without a name.</Trans>
          </li>
          <li>
            <Trans>What was asked for monitoring and is not scored, apart from the rest.</Trans>
          </li>
          <li>
            <Trans>The log is as whole as before: it verifies, and the decision can be decided again.</Trans>
          </li>
          <li>
            <Trans>Out of reach: backups and exports that were taken elsewhere. Afterwards you are told which.</Trans>
          </li>
        </ul>
      </section>
    </div>
  );
}

function Goes({ preview: { entries, fields, hasDraft }, definition }: { preview: ErasurePreview; definition: ProductDefinition | null }) {
  const names = useFieldNames(definition)(fields);
  const numbers = entries.join(', ');
  return (
    <ul>
      {names.length > 0 && (
        <li>
          <Trans>What identifies the applicant:</Trans> <strong>{names.join(', ')}</strong>
        </li>
      )}
      {entries.length > 0 && (
        <li>
          <Plural
            value={entries.length}
            one={`The key to the sealed part of entry ${numbers}. Without it nobody can read that part again.`}
            other={`The keys to the sealed parts of entries ${numbers}. Without them nobody can read those parts again.`}
          />
        </li>
      )}
      <li>
        <Trans>The name in the list of decisions.</Trans>
      </li>
      {hasDraft && (
        <li>
          <Trans>The draft of the application, with everything that was typed.</Trans>
        </li>
      )}
      <li>
        <Trans>Exported files on this PC that hold the name in the clear.</Trans>
      </li>
    </ul>
  );
}
