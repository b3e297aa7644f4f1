/** After an erasure: what was done, and what lies beyond this program's reach. */
import { Plural, Trans } from '@lingui/react/macro';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { Erased } from '../../contract/keep-calls.ts';
import classes from './keep.module.css';

/** @param of number of the decision */
export function ErasureResult({ erased, of }: { erased: Erased; of: number }) {
  const { seq, deleted, isClean } = erased;
  return (
    <>
      <section className={classes.done} role="status">
        <IconCircleCheck size={24} stroke={1.7} aria-hidden />
        <div>
          <h2>
            <Trans>Erased. Entry {seq} of the log says so.</Trans>
          </h2>
          <p>
            <Trans>
              What named the applicant of entry {of} is gone from this PC: the keys, the name in the list, the draft. The log verifies as
              before.
            </Trans>
          </p>
          {deleted.length > 0 && (
            <>
              <p>
                <Plural
                  value={deleted.length}
                  one="This exported file had the name in the clear and was deleted:"
                  other="These # exported files had the name in the clear and were deleted:"
                />
              </p>
              <Files of={deleted} />
            </>
          )}
          {!isClean && (
            <p>
              <Trans>
                Traces in old pages of the database and in files are cleaned up when Outpost starts the next time. Restart it today.
              </Trans>
            </p>
          )}
        </div>
      </section>
      <Beyond erased={erased} />
      <p className={classes.plain}>
        <Trans>Tell the applicant within a month what was done (GDPR Art. 12(3)).</Trans>
      </p>
    </>
  );
}

/** What somebody has to see to by hand. */
function Beyond({ erased: { takenAway, backupsBefore } }: { erased: Erased }) {
  if (takenAway.length === 0 && backupsBefore.length === 0) return null;
  const numbers = takenAway.join(', ');
  return (
    <section className={classes.beyond} aria-labelledby="beyond">
      <IconAlertTriangle size={24} stroke={1.7} aria-hidden />
      <div>
        <h2 id="beyond">
          <Trans>Beyond this program's reach</Trans>
        </h2>
        {takenAway.length > 0 && (
          <p>
            <Plural
              value={takenAway.length}
              one={`The name was exported in the clear before: entry ${numbers} says when and by whom. Ask whoever has that file to delete it.`}
              other={`The name was exported in the clear before: entries ${numbers} say when and by whom. Ask whoever has those files to delete them.`}
            />
          </p>
        )}
        {backupsBefore.length > 0 && (
          <>
            <p>
              <Plural
                value={backupsBefore.length}
                one="This backup was made before and still holds the key, for whoever has the recovery key. Have IT make a new backup, then delete this one and its copies:"
                other="These # backups were made before and still hold the key, for whoever has the recovery key. Have IT make a new backup, then delete these and their copies:"
              />
            </p>
            <Files of={backupsBefore} />
          </>
        )}
      </div>
    </section>
  );
}

function Files({ of }: { of: string[] }) {
  return (
    <ul className={classes.files}>
      {of.map((file) => (
        <li key={file}>
          <code>{file}</code>
        </li>
      ))}
    </ul>
  );
}
