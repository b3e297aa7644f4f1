/** A page's h1, which is also the window's title, and what belongs to the right of it. */
import { type ReactNode, useEffect } from 'react';
import classes from './page-title.module.css';

export function PageTitle({ children, aside }: { children: string; aside?: ReactNode }) {
  useEffect(() => {
    document.title = `${children} – Outpost`;
  }, [children]);
  return (
    <div className={classes.title}>
      <h1>{children}</h1>
      {aside}
    </div>
  );
}
