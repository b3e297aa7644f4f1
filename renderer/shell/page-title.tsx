/** A page's h1, which is also the window's title, and what belongs to the right of it. */
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './page-title.module.css';

export function PageTitle({ children, aside }: { children: string; aside?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // What had the focus went with the page before: the next Tab must start here and not at the window's top.
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    document.title = `${children} – Outpost`;
  }, [children]);
  return (
    <div className={classes.title}>
      <h1 ref={heading} tabIndex={-1}>
        {children}
      </h1>
      {aside}
    </div>
  );
}
