/** A text as it is, with a button that copies it. */
import { Trans } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { copyText } from '../shell/copy-text.ts';
import classes from './audit.module.css';

export function CopyBlock({ label, text }: { label: string; text: string }) {
  const block = useRef<HTMLPreElement>(null);
  const [copied, setCopied] = useState(false);
  return (
    <div className={classes.copyBlock}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1). */}
      <section className={classes.copied} tabIndex={0} aria-label={label}>
        <pre ref={block}>{text}</pre>
      </section>
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<IconCopy size={14} aria-hidden />}
        onClick={() => block.current && setCopied(copyText(block.current))}
        data-no-print
      >
        {copied ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}
      </Button>
    </div>
  );
}
