/** The program's sign and version, at the head of the rail. */
import classes from './frame.module.css';
import { useShellInfo } from './shell-info.tsx';

export function Brand() {
  const { version } = useShellInfo();
  return (
    <div className={classes.brand}>
      <svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true">
        <path d="M12 2 21 6v6c0 5-3.8 8.6-9 10-5.2-1.4-9-5-9-10V6z" fill="none" stroke="currentColor" strokeWidth="1.6" />
        <path d="m8 12.2 2.8 2.8L16.2 9.4" fill="none" stroke="currentColor" strokeWidth="1.8" />
      </svg>
      <span>Outpost</span>
      <small>{version}</small>
    </div>
  );
}
