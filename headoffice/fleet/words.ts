/** Numbers, times and closed words as the page writes them: English, UTC. */
import { type Html, html } from './html.ts';

const NUMBER = new Intl.NumberFormat('en-GB');
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });

export function number(value: number): string {
  return NUMBER.format(value);
}

/** `28 Nov 2026, 17:31`, in UTC, with the exact moment to be read by programs; what is far away is told beside it. */
export function moment(at: Date | null, now?: Date): Html {
  if (at === null) return html`<span class="soft">never</span>`;
  const ago = now === undefined ? null : html` <span class="soft ago">${since(at, now)}</span>`;
  return html`<time datetime="${at.toISOString()}">${DAY.format(at)}, ${TIME.format(at)}</time>${ago}`;
}

export function day(text: string): string {
  return DAY.format(new Date(`${text}T00:00:00Z`));
}

/** How long ago, in the largest unit that fits. */
export function since(at: Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - at.getTime()) / 60_000);
  if (minutes < 1) return minutes < -1 ? 'in the future' : 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `${number(Math.floor(minutes / 60 / 24))} days ago`;
}

export function share(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (100 * part) / whole;
  return percent > 0 && percent < 1 ? '< 1 %' : percent < 100 && percent > 99 ? '> 99 %' : `${Math.round(percent)} %`;
}

const ALARMS: Readonly<Record<string, { title: string; means: string }>> = {
  fork: { title: 'Fork', means: 'Two pasts of one log. The evidence is kept and nothing more is taken of that log.' },
  rollback: {
    title: 'Rollback',
    means: 'A branch stands behind what head office countersigned of it: a restored backup, or entries were removed.',
  },
  'new-epoch': { title: 'New epoch', means: 'A log goes on under a new key: a restored backup, a copied disk, a replaced PC.' },
  device: { title: 'Device', means: 'A device asked that was revoked or never enrolled.' },
  clock: { title: 'Clock', means: "A PC's clock is far from head office's, or jumped." },
  disk: { title: 'Disk', means: 'A PC runs out of disk space.' },
  'stale-policy': { title: 'Stale policy', means: 'A policy has expired: the branch refers everything that it would decide.' },
  'stale-model': { title: 'Stale model', means: 'A model has expired, or is behind the fleet.' },
  model: { title: 'Model', means: 'Models do not decide there: suspended, gone back, or missing.' },
  'unreadable-entry': {
    title: 'Unreadable entry',
    means: 'Entries could not be read. They are stored as bytes, and so are those behind them.',
  },
  'head-office-behind': {
    title: 'Head office behind',
    means: 'A branch holds our signature under more than we have: head office was restored from a backup.',
  },
};

/** A kind that a newer program wrote stays readable as it is. */
export function alarmWords(kind: string): { title: string; means: string } {
  return ALARMS[kind] ?? { title: kind, means: '' };
}

/** Those in which somebody may have touched the log or a device. */
const GRAVE = new Set(['fork', 'rollback', 'device', 'head-office-behind']);

export function alarmMark(kind: string, count?: number): Html {
  const { title, means } = alarmWords(kind);
  return html`<span class="mark ${GRAVE.has(kind) ? 'grave' : 'warn'}" title="${means}">${title}${count !== undefined && count > 1 ? ` ×${number(count)}` : ''}</span>`;
}

export function outcomeMark(outcome: string): Html {
  const known = ['approve', 'refer', 'decline'].includes(outcome);
  return html`<span class="outcome ${known ? outcome : 'other'}">${outcome === '' ? 'unknown' : outcome}</span>`;
}
