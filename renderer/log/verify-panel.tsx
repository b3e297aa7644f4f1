/** The check of every entry: the button, its progress, and what was found in a plain sentence. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Progress } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useLocale } from '../language/locale.tsx';
import { FailureNote } from '../shell/failure-note.tsx';
import { useVerify } from './use-verify.ts';
import { VerifyResult } from './verify-result.tsx';

export function VerifyPanel() {
  const { state, start } = useVerify();
  return (
    <>
      <Button leftSection={<IconShieldCheck size={17} aria-hidden />} loading={state.step === 'running'} onClick={start}>
        <Trans>Verify the log</Trans>
      </Button>
      {state.step === 'running' && <Running done={state.done} total={state.total} />}
      {state.step === 'failed' && <FailureNote failure={state.failure} />}
      {state.step === 'done' && <VerifyResult report={state.report} />}
    </>
  );
}

function Running({ done, total }: { done: number; total: number }) {
  const { t } = useLingui();
  const { formats } = useLocale();
  const checked = formats.number(done);
  return (
    <div role="status">
      <Progress value={total === 0 ? 0 : (done / total) * 100} aria-label={t`Checked`} mb={4} />
      <Plural value={total} one={`${checked} of # entry checked`} other={`${checked} of # entries checked`} />
    </div>
  );
}
