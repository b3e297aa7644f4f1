/** A branch file, chosen or pasted; then what it says, and the fingerprint to compare over the phone. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, Textarea } from '@mantine/core';
import { IconFileDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { BranchFileView, EnrolmentResult } from '../../contract/enrolment-calls.ts';
import { useLocale } from '../language/locale.tsx';
import { FailureNote } from '../shell/failure-note.tsx';
import classes from './enrolment.module.css';
import { useBranchFile, type When } from './use-branch-file.ts';

export function BranchFileForm({ when, enrolled }: { when: When; enrolled: (result: EnrolmentResult) => void }) {
  const { view, busy, failure, readText, chooseFile, forget, enrol } = useBranchFile(when, enrolled);
  return (
    <div className={classes.form} aria-busy={busy}>
      {failure && <FailureNote failure={failure} />}
      {view === null ? (
        <Give busy={busy} chooseFile={() => void chooseFile()} readText={(text) => void readText(text)} />
      ) : (
        <Confirm view={view} busy={busy} back={forget} enrol={(fingerprint) => void enrol(fingerprint)} />
      )}
    </div>
  );
}

function Give({ busy, chooseFile, readText }: { busy: boolean; chooseFile: () => void; readText: (text: string) => void }) {
  const { t } = useLingui();
  const [text, setText] = useState('');
  return (
    <>
      <div>
        <Button size="sm" leftSection={<IconFileDownload size={16} aria-hidden />} disabled={busy} onClick={chooseFile}>
          <Trans>Choose the branch file …</Trans>
        </Button>
      </div>
      <Textarea
        label={t`Or the text of its QR code`}
        description={t`As a scanner gives it. Paste all of it.`}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        minRows={4}
        maxRows={4}
        autosize
        spellCheck={false}
        disabled={busy}
        classNames={{ input: classes.text ?? '' }}
      />
      <div>
        <Button size="sm" variant="default" disabled={text.trim() === ''} loading={busy} onClick={() => readText(text)}>
          <Trans>Read the text</Trans>
        </Button>
      </div>
    </>
  );
}

interface ConfirmProps {
  view: BranchFileView;
  busy: boolean;
  back: () => void;
  enrol: (fingerprint: string | null) => void;
}

function Confirm({ view, busy, back, enrol }: ConfirmProps) {
  const { t } = useLingui();
  const { formats } = useLocale();
  const expired = formats.moment(view.expires);
  const [isSame, setIsSame] = useState(false);
  const { branch, name, headOffice, fingerprint, isPinned, isOtherHeadOffice, isExpired } = view;
  return (
    <>
      <dl className={classes.facts}>
        <dt>
          <Trans>This PC becomes</Trans>
        </dt>
        <dd>
          {name} ({branch})
        </dd>
        <dt>
          <Trans>Of the head office</Trans>
        </dt>
        <dd>{headOffice.name}</dd>
        <dt>
          <Trans>Its address</Trans>
        </dt>
        <dd>{headOffice.url ?? <Trans>none: by USB stick alone</Trans>}</dd>
      </dl>
      {isExpired && (
        <p className={classes.warning}>
          <Trans>
            By this PC's clock the file expired on {expired}. If the clock is right, head office will refuse it: ask for another one.
          </Trans>
        </p>
      )}
      {isOtherHeadOffice && (
        <p className={classes.warning}>
          <Trans>The key is another one than before. Unless head office told you that it has a new one, do not go on.</Trans>
        </p>
      )}
      {isPinned ? (
        <p className={classes.plain}>
          <Trans>The key of head office is the one that this PC knows already. Nothing has to be compared.</Trans>
        </p>
      ) : (
        <>
          <p className={classes.plain}>
            <Trans>
              Call head office at a number that you know, not at one that came with the file, and ask them to read you the fingerprint of
              their key.
            </Trans>
          </p>
          <p className={classes.fingerprint}>
            {fingerprint.split('-').map((group, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two groups may be alike, and none ever moves
              <span key={i}>{group}</span>
            ))}
          </p>
          <Checkbox
            label={t`They read me the same fingerprint, letter by letter`}
            checked={isSame}
            onChange={(event) => setIsSame(event.currentTarget.checked)}
          />
        </>
      )}
      <div className={classes.buttons}>
        <Button loading={busy} disabled={!isPinned && !isSame} onClick={() => enrol(isPinned ? null : fingerprint)}>
          <Trans>Enrol this PC</Trans>
        </Button>
        <Button variant="default" disabled={busy} onClick={back}>
          <Trans>Another file</Trans>
        </Button>
      </div>
    </>
  );
}
