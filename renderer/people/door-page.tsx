/** A page in front of the door: the rail without pages, so that language and colours can be chosen, and one card. */
import type { ReactNode } from 'react';
import { Appearance } from '../shell/appearance.tsx';
import { Brand } from '../shell/brand.tsx';
import frame from '../shell/frame.module.css';
import { PageTitle } from '../shell/page-title.tsx';
import classes from './door.module.css';

export function DoorPage({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={classes.frame}>
      <header className={frame.rail}>
        <Brand />
        <div className={classes.gap} />
        <Appearance />
      </header>
      <main className={classes.page}>
        <div className={classes.card} data-wide={wide || undefined}>
          <PageTitle>{title}</PageTitle>
          {children}
        </div>
      </main>
    </div>
  );
}
