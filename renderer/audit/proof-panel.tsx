/** The entry's exact bytes and the proof of its place, for whoever trusts nobody. */
import { Trans, useLingui } from '@lingui/react/macro';
import type { EntryView } from '../../contract/audit.ts';
import classes from './audit.module.css';
import { CopyBlock } from './copy-block.tsx';
import { Panel } from './panel.tsx';

export function ProofPanel({ view: { bytes, proof } }: { view: EntryView }) {
  const { t } = useLingui();
  return (
    <Panel title={t`What proves it`}>
      <details className={classes.asTable}>
        <summary>
          <Trans>The entry as it is stored</Trans>
        </summary>
        <p className={classes.about}>
          <Trans>Its hash is SHA-256 of a zero byte and these bytes (RFC 6962).</Trans>
        </p>
        <CopyBlock label={t`The entry as it is stored`} text={bytes} />
      </details>
      <details className={classes.asTable}>
        <summary>
          <Trans>Proof of its place in the log</Trans>
        </summary>
        <p className={classes.about}>
          <Trans>
            In the public format c2sp.org/tlog-proof, under a checkpoint that the log's key has signed. Whoever keeps it can show later that
            this entry was there and is unchanged.
          </Trans>
        </p>
        <CopyBlock label={t`Proof of its place in the log`} text={proof} />
      </details>
    </Panel>
  );
}
