/** Empties the form, in two steps: one slip of the mouse must not cost a whole application. */
import { Trans } from '@lingui/react/macro';
import { Button, Group } from '@mantine/core';
import { useState } from 'react';

export function ClearButton({ clear, disabled }: { clear: () => void; disabled: boolean }) {
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return (
      <Button variant="subtle" size="xs" fullWidth onClick={() => setAsked(true)} disabled={disabled}>
        <Trans>Clear the form</Trans>
      </Button>
    );
  }
  return (
    <Group gap={6} grow>
      <Button variant="default" size="xs" onClick={() => setAsked(false)} autoFocus>
        <Trans>Keep it</Trans>
      </Button>
      <Button variant="outline" size="xs" onClick={clear} disabled={disabled}>
        <Trans>Clear all</Trans>
      </Button>
    </Group>
  );
}
