/** PostgreSQL of Debian's package, in a folder and on a socket of its own, for as long as a test runs. Knows no test runner. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const INSTALLED = '/usr/lib/postgresql';
const UP_WITHIN_MS = 30_000;

export interface RunningPostgres {
  /** `postgres://…` of an empty database. */
  url: string;
  /** Makes another empty database on it. */
  database(name: string): string;
  /** Ends the server, its clients' connections with it, and keeps its data. */
  halt(): Promise<void>;
  /** Starts it again. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** Where its programs are; null: it is not on this machine. */
export function postgresPrograms(): string | null {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(INSTALLED, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb'))) ?? null;
}

/**
 * @param settings more of `postgres -c`, as `name=value`
 * @returns null where it is not installed: say so
 */
export async function startPostgres(settings: readonly string[] = []): Promise<RunningPostgres | null> {
  const bin = postgresPrograms();
  if (bin === null) return null;
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  const who = ownerOf(folder);
  const data = join(folder, 'data');
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'outpost', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'], {
    ...who,
    cwd: folder,
    stdio: 'ignore',
  });
  const options = ['listen_addresses=', `unix_socket_directories=${folder}`, 'max_connections=60', ...settings];
  const start = () =>
    spawn(join(bin, 'postgres'), ['-D', data, ...options.flatMap((option) => ['-c', option])], { ...who, cwd: folder, stdio: 'ignore' });
  let server = start();
  const run = (program: string, ...args: string[]) =>
    execFileSync(join(bin, program), ['-h', folder, '-U', 'outpost', ...args], { stdio: 'ignore' });
  const database = (name: string) => {
    run('createdb', name);
    return `postgres://outpost@/${name}?host=${encodeURIComponent(folder)}`;
  };
  await untilUp(() => run('pg_isready'));
  const stop = async () => {
    await halt(server);
    rmSync(folder, { recursive: true, force: true });
  };
  const resume = async () => {
    server = start();
    await untilUp(() => run('pg_isready'));
  };
  return { url: database('one'), database, halt: () => halt(server), resume, stop };
}

/** PostgreSQL does not run as root. */
function ownerOf(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })));
  chownSync(folder, uid!, gid!);
  return { uid: uid!, gid: gid! };
}

async function untilUp(isReady: () => void): Promise<void> {
  for (const end = Date.now() + UP_WITHIN_MS; ; ) {
    try {
      isReady();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await setTimeout(100);
    }
  }
}

/** SIGINT: "fast shutdown", which waits for no client. */
async function halt(server: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  if (server.exitCode !== null) return;
  server.kill('SIGINT');
  await ended;
}
