/** One fact in the status bar. `bad` has a second sign beside its colour. */
import { IconAlertTriangle, type TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './status-bar.module.css';

export type Tone = 'plain' | 'warn' | 'bad';

export function Item({ icon: Icon, tone = 'plain', children }: { icon: TablerIcon; tone?: Tone; children: ReactNode }) {
  return (
    <span className={classes.item} data-tone={tone}>
      <Icon size={14} stroke={1.8} aria-hidden />
      {tone === 'bad' && Icon !== IconAlertTriangle && <IconAlertTriangle size={14} stroke={1.8} aria-hidden />}
      <span>{children}</span>
    </span>
  );
}
