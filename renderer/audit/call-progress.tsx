/** How far a long call has come; and why it failed. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Progress } from '@mantine/core';
import { useLocale } from '../language/locale.tsx';
import { FailureNote } from '../shell/failure-note.tsx';
import type { LongCall } from './long-call.ts';

export function CallProgress<End>({ state }: { state: LongCall<End> }) {
  const { t } = useLingui();
  const { formats } = useLocale();
  if (state.step === 'failed') return <FailureNote failure={state.failure} />;
  if (state.step !== 'running') return null;
  const [done, total] = [formats.number(state.done), formats.number(state.total)];
  return (
    <div role="status">
      <Progress value={state.total === 0 ? 0 : (state.done / state.total) * 100} aria-label={t`Done`} mb={4} />
      {state.total > 0 && (
        <Trans>
          {done} of {total} done
        </Trans>
      )}
    </div>
  );
}
