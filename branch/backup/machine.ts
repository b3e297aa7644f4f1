/** What tells this PC from another: the operating system's own id, which a disk image carries along and a restore does not. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A hash of it for this program alone (machine-id(5) asks not to pass the id on); null where the system does not say. */
export function findMachine(): string | null {
  const id = readId();
  return id === null ? null : createHash('sha256').update(`outpost/machine/v1\n${id}`).digest('hex');
}

function readId(): string | null {
  try {
    if (process.platform === 'linux') return whole(readFileSync('/etc/machine-id', 'utf8'));
    if (process.platform === 'darwin')
      return whole(/"IOPlatformUUID" = "([^"]+)"/.exec(run('/usr/sbin/ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']))?.[1]);
    const key = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography';
    return whole(/MachineGuid\s+REG_SZ\s+(\S+)/.exec(run(`${process.env.SystemRoot}\\System32\\reg.exe`, ['query', key]))?.[1]);
  } catch (error) {
    // Without it, the file's own marks decide alone (see place.ts).
    if (!(error instanceof Error)) throw error;
    return null;
  }
}

function run(command: string, args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', timeout: 5000, windowsHide: true });
}

function whole(id: string | undefined): string | null {
  return id === undefined || id.trim() === '' ? null : id.trim();
}
