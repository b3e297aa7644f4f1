/** The whole window for a failure that leaves nothing else to do. */
import type { Failure } from '../../contract/failure.ts';
import { FailureNote } from './failure-note.tsx';
import classes from './gate.module.css';

export function FailurePage({ failure }: { failure: Failure }) {
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <FailureNote failure={failure} level={1} />
      </div>
    </main>
  );
}
