/** `outpost repo rotate`, `renew`, `discard` and `status`. */
import { type CalendarLine, calendar } from '../../headoffice/publish/calendar.ts';
import { readPublicFile } from '../../headoffice/publish/key-file.ts';
import { withLock } from '../../headoffice/publish/lock.ts';
import { openRepository } from '../../headoffice/publish/open-repository.ts';
import { dropStaged, stage } from '../../headoffice/publish/repository.ts';
import { rotate } from '../../headoffice/publish/rotate.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson, say } from '../print.ts';
import { roleOf, stageableOf, usage } from './usage.ts';

export async function runRotate({ repo, role: given, public: files }: { repo: string; role: string; public: string[] }): Promise<ExitCode> {
  const role = roleOf(given);
  return await withLock(repo, () => {
    const repository = openRepository(repo);
    rotate(
      repository,
      role,
      files.map((file) => readPublicFile(file)),
      { now: Date.now() },
    );
    for (const [staged] of repository.staged) say(`${staged}: staged, to be signed`);
    if (role === 'root') say('The new root needs two of the officers of before and two of the new ones.');
    if (role === 'snapshot' || role === 'timestamp') say('Publish with the new key once root is signed.');
    return EXIT.done;
  });
}

export async function runRenew({ repo, role: given }: { repo: string; role: string }): Promise<ExitCode> {
  const role = stageableOf(given);
  return await withLock(repo, () => {
    const repository = openRepository(repo);
    stage(repository, role, { now: Date.now() });
    const { version, expires } = repository.staged.get(role)!.signed;
    say(`${role} version ${version}, valid until ${expires}: staged, to be signed.`);
    return EXIT.done;
  });
}

export async function runDiscard({ repo, role: given }: { repo: string; role: string }): Promise<ExitCode> {
  const role = stageableOf(given);
  return await withLock(repo, () => {
    const repository = openRepository(repo);
    if (!repository.published.has(role))
      throw usage(`${role} has not been published yet.`, 'Without it there is no repository: delete the folder and set it up again.');
    const was = repository.staged.has(role);
    if (was) dropStaged(repository, role);
    say(was ? `What was staged of ${role} is gone.` : `Nothing of ${role} was staged.`);
    return EXIT.done;
  });
}

export async function runStatus({ repo, json }: { repo: string; json?: true }): Promise<ExitCode> {
  const lines = calendar(openRepository(repo), Date.now());
  if (json) printJson(lines);
  else printData(lines.map(textOf).join(''));
  const due = lines.filter(({ state }) => state !== 'valid');
  for (const line of due) say(adviceFor(line));
  return due.length > 0 || lines.some(({ staged }) => staged !== null) ? EXIT.found : EXIT.done;
}

function textOf({ role, version, expires, daysLeft, state, threshold, keys, staged }: CalendarLine): string {
  const when = expires === null ? 'not published' : `${expires}  ${String(daysLeft).padStart(5)} days  ${state}`;
  const head = `${role.padEnd(9)}  ${(version === null ? '-' : String(version)).padStart(4)}  ${when}  ${threshold} of ${keys.length}\n`;
  const holders = keys.map((id) => `           key ${id}\n`).join('');
  if (staged === null) return head + holders;
  const wait = staged.isComplete ? 'fully signed' : `unfinished; may still sign: ${staged.maySign.join(', ')}`;
  return `${head}${holders}           staged ${staged.version}, valid until ${staged.expires}: ${staged.signedBy.length} signatures, ${wait}\n`;
}

function adviceFor({ role, state, daysLeft }: CalendarLine): string {
  const what =
    role === 'snapshot' || role === 'timestamp'
      ? 'publish (with or without changes)'
      : `renew --role ${role}, have it signed, then publish`;
  if (state === 'unpublished') return `${role}: not published yet.`;
  if (state === 'expired') return `${role} HAS EXPIRED: branches take nothing new. Now: outpost repo ${what}.`;
  return `${role} expires in ${daysLeft} days: outpost repo ${what}.`;
}
