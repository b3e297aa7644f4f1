/** In words, before it is needed: on the day itself this page may be gone. */
import { Trans } from '@lingui/react/macro';
import classes from './keep.module.css';

export function HowToRestore() {
  return (
    <>
      <ol className={classes.points}>
        <li>
          <Trans>Install Outpost on the new PC and start it. No account may have been made there.</Trans>
        </li>
        <li>
          <Trans>
            On the page <i>Set up this branch</i> choose <i>Restore from a backup</i>, then the file, and type the recovery key that was
            current when the backup was made.
          </Trans>
        </li>
        <li>
          <Trans>Everybody signs in with the account and passphrase that they had on the day of the backup.</Trans>
        </li>
        <li>
          <Trans>Do not use the old PC any more: two that go on with one log contradict each other, and the log shows it.</Trans>
        </li>
      </ol>
      <p className={classes.soft}>
        <Trans>
          What was decided after the backup is not in it, and who was erased after it is named again: erase them again. The restored log
          goes on in a new epoch, so that everybody can see that it was restored. Try it once on a spare PC before you need it.
        </Trans>
      </p>
    </>
  );
}
