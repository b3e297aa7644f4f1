/** Seconds of processor that processes have used, as Linux counts them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningPostgres } from '../../support/postgres.ts';

/** USER_HZ, which Linux has been showing to programs since 2.6. */
const TICKS = 100;

interface Stat {
  parent: number;
  own: number;
  /** Of children that have ended. */
  ended: number;
}

/** null: there is no such process. */
function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const seconds = (...at: number[]) => at.reduce((sum, i) => sum + Number(fields[i]), 0) / TICKS;
    return { parent: Number(fields[1]), own: seconds(11, 12), ended: seconds(13, 14) };
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

export function processorTime(pid: number): number {
  return statOf(pid)?.own ?? 0;
}

/** Of the server, its helpers and its connections, also of those that have ended. */
export function postgresTime(postmaster: number): number {
  const top = statOf(postmaster);
  if (top === null) throw new Error('PostgreSQL has ended');
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat?.parent === postmaster);
  return children.reduce((sum, stat) => sum + stat!.own, top.own + top.ended);
}

export function socketFolderOf({ url }: RunningPostgres): string {
  return decodeURIComponent(/[?&]host=([^&]+)/.exec(url)?.[1] ?? '');
}

export function postmasterOf(postgres: RunningPostgres): number {
  return Number.parseInt(readFileSync(join(socketFolderOf(postgres), 'data', 'postmaster.pid'), 'utf8'), 10);
}
