/** `outpost sync`. */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Branch } from '../../branch/open-branch.ts';
import type { SyncDeps, SyncStep } from '../../branch/sync/sync-deps.ts';
import { Failed } from '../../contract/failure.ts';
import type { SyncView } from '../../contract/sync-calls.ts';
import { atWork, lookAtWork, type WorkOptions } from '../at-work.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { printData, printJson, say, sayFailure } from '../print.ts';
import { ProgressBar } from '../progress-bar.ts';
import type { SetOptions } from './run-set.ts';

interface SyncOptions extends SetOptions {
  to?: string;
  status?: true;
}

export async function runSync({ to, status, limit, metered, line, json, ...work }: SyncOptions): Promise<ExitCode> {
  if (limit !== undefined || metered !== undefined || line !== undefined) {
    const { runSet } = await import('./run-set.ts');
    return await runSet({ limit, metered, line, json, ...work });
  }
  if (status === true) return await tellStatus(work, json === true);
  // Opening for work would make a folder that is not there.
  (await lookIntoDataFolder(work.data)).close();
  return await atWork(work, ['manage-sync'], async (branch) => {
    if (to !== undefined && !isWebAddress(to)) return await carry(branch, resolve(to), json === true);
    return await send(branch, to, json === true);
  });
}

async function tellStatus(work: WorkOptions, asJson: boolean): Promise<ExitCode> {
  const { viewOf } = await import('../../branch/sync/sync-access.ts');
  return await lookAtWork(work, ['verify-log'], async ({ db }) => {
    const view = viewOf(db);
    if (asJson) printJson(view);
    else tell(view);
    return view.unsent > 0 || view.stopped !== null ? EXIT.found : EXIT.done;
  });
}

/** Until everything is acknowledged, or trying does not help. */
async function send(branch: Branch, to: string | undefined, asJson: boolean): Promise<ExitCode> {
  const { newSession, syncOnce } = await import('../../branch/sync/sync-once.ts');
  const { isStop } = await import('../../branch/sync/sync-failures.ts');
  const { viewOf } = await import('../../branch/sync/sync-access.ts');
  const bar = new ProgressBar();
  const deps = await depsTo(to, (step) => showStep(bar, step));
  const session = newSession(deps);
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  process.once('SIGINT', interrupt);
  try {
    for (let failures = 1, told = ''; ; failures += 1) {
      const { failure, retryAfterMs } = await syncOnce(branch, deps, controller.signal, session);
      bar.clear();
      if (failure === null) break;
      // The same once more needs no more words than that it is tried again.
      if (failure.happened !== told) sayFailure(failure);
      told = failure.happened;
      if (isStop(failure) || failure.kind !== 'sync-unreachable') return exitCodeOf(failure.kind);
      const { limits, random } = deps;
      const most = Math.min(limits.mostRetryMs, limits.retryMs * limits.retryGrowth ** (failures - 1));
      const wait = Math.min(retryAfterMs ?? 0, limits.mostRetryAfterMs) + random() * most;
      say(`Trying again in ${Math.ceil(wait / 1000)} s. Ctrl-C gives up; nothing is lost by that.`);
      await sleep(wait, undefined, { signal: controller.signal });
    }
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    bar.clear();
    say('Given up. What head office has countersigned counts, and the next run goes on from there.');
    return EXIT.interrupted;
  } finally {
    process.off('SIGINT', interrupt);
  }
  const view = viewOf(branch.log.db);
  if (asJson) printJson(view);
  else tell(view);
  return EXIT.done;
}

async function depsTo(to: string | undefined, onStep: (step: SyncStep) => void): Promise<SyncDeps> {
  const { ownDeps } = await import('../../branch/sync/own-deps.ts');
  const own = ownDeps(fetch);
  if (to === undefined) return { ...own, onStep };
  return {
    ...own,
    onStep,
    place(branch) {
      const place = own.place(branch);
      return place === null ? null : { ...place, url: to };
    },
  };
}

function showStep(bar: ProgressBar, step: SyncStep): void {
  if (step.step === 'sending') bar.show(step.total === 0 ? 0 : step.done / step.total, `entries ${step.from} to ${step.to - 1}`);
  else if (step.step === 'countersigned') say(`Countersigned by head office up to entry ${step.size - 1}.`);
}

/** Answers first: what they acknowledge need not be written again. */
async function carry(branch: Branch, stick: string, asJson: boolean): Promise<ExitCode> {
  const { exportToStick } = await import('../../branch/sync/stick/export-to-stick.ts');
  const { importFromStick } = await import('../../branch/sync/stick/import-from-stick.ts');
  const bar = new ProgressBar();
  const deps = await depsTo(undefined, (step) => showStep(bar, step));
  const imported = await importFromStick(branch, deps, stick);
  const exported = await exportToStick(branch, deps, stick, new AbortController().signal);
  bar.clear();
  const unusable = imported.replies.filter(({ outcome }) => outcome === 'unreadable' || outcome === 'not-proven');
  if (asJson) printJson({ imported, exported });
  else {
    for (const { file } of unusable) say(`${file} was left alone: it is damaged, changed, or for another PC.`);
    for (const { file, type } of imported.refused) say(`Head office did not take ${file} (${type}).`);
    if (imported.acked > imported.before) say(`Head office has countersigned everything up to entry ${imported.acked - 1}.`);
    if (imported.deliveries > 0) say(`${imported.deliveries} deliveries of outcomes were taken in.`);
    if (exported.entries === 0) say('Head office has everything already: no entries were written.');
    else
      say(
        `${exported.entries} entries (${exported.from} to ${exported.to - 1}) are on the stick, ${exported.files} files written now. They stay in the log, and count as sent when head office's answer has come back.`,
      );
  }
  return unusable.length + imported.refused.length > 0 ? EXIT.found : EXIT.done;
}

function tell({ headOffice, logSize, unsent, lastCountersigned, witnessed, lastContact, stopped, failure, settings }: SyncView): void {
  const lines = [
    `head office    ${headOffice === null ? 'none: this PC is not enrolled' : `${headOffice.name}  ${headOffice.url ?? 'by USB stick alone'}${headOffice.isPending ? '  (enrolment waits)' : ''}`}`,
    `log            ${logSize} entries`,
    `unsent         ${unsent}`,
    `countersigned  ${lastCountersigned === null ? 'nothing yet' : `up to entry ${lastCountersigned}`}; under enough witnesses ${witnessed} entries`,
    `last contact   ${lastContact ?? 'never'}`,
    `line           ${settings.isMetered ? 'metered' : 'free'}; limit ${settings.bytesPerSecond ?? 'none'}; when metered: ${settings.metered}`,
  ];
  printData(`${lines.join('\n')}\n`);
  const told = stopped ?? failure;
  if (told !== null) sayFailure(told);
}

function isWebAddress(to: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(to)) return false;
  if (/^https?:\/\//i.test(to) && URL.canParse(to)) return true;
  throw new Failed({
    kind: 'usage',
    happened: `${to} is no web address.`,
    safe: 'Nothing was sent.',
    next: 'Give http(s)://host, or a folder.',
    facts: {},
  });
}
