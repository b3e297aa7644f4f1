/** The branch service's process: opens the branch, serves pages over the ports that it is given, answers the heartbeat. */
import type { Reached } from '../../branch/activation/reach-updates.ts';
import type { EnrolmentAccess } from '../../branch/enrolment/enrol-branch.ts';
import type { Branch } from '../../branch/open-branch.ts';
import type { RunningSync } from '../../branch/sync/sync-access.ts';
import { noteProgramVersion } from '../../branch/updates/program-version.ts';
import { codeVersions } from '../../branch/versions.ts';
import { Failed } from '../../contract/failure.ts';
import { type FromService, type ToService, toService } from '../../contract/service-messages.ts';
import type { Calls } from './answer-calls.ts';
import type { AppUpdates } from './app-updates.ts';
import { KeyQuestions } from './key-questions.ts';
import { type OfficeKey, openOffice, protectionAtHand } from './open-office.ts';

/** Whoever asked for the restoring is answered before the process ends. */
const ANSWER_WITHIN_MS = 300;

const { parentPort } = process;
const tell = (message: FromService): void => parentPort.postMessage(message);
const questions = new KeyQuestions(tell);

let branch: Branch | null = null;
let calls: Calls | null = null;
let appUpdates: AppUpdates | null = null;
let stopUpdates = (): void => {};
let stopSync = async (): Promise<void> => {};
/** One opening at a time; a second passphrase waits for the first to be tried. */
let opening: Promise<void> = Promise.resolve();

async function open({
  dataDir,
  bundledDir,
  trustRoot,
  keyStore,
  passphrase,
  isRestart,
}: Extract<ToService, { kind: 'open' }>): Promise<void> {
  if (branch) return;
  // The calls' schemas take about as long to build as the branch takes to open: not before main knows that the service is up.
  const { answerCalls } = await import('./answer-calls.ts');
  const key: OfficeKey = { keyStore: keyStore === null ? null : questions.keyStore(keyStore), passphrase };
  const opened = await openOffice(dataDir, bundledDir, key);
  if ('failure' in opened) tell({ kind: 'failed', failure: opened.failure });
  else if ('needsPassphrase' in opened) tell({ kind: 'needs-passphrase', ...opened.needsPassphrase });
  else {
    branch = opened.branch;
    appUpdates = await appUpdatesOf(branch, trustRoot);
    const sync = await syncOf(branch);
    calls = answerCalls(branch, isRestart, {
      protection: protectionAtHand(key),
      makeWay,
      updates: appUpdates.access,
      sync,
      enrolment: await enrolmentAt(trustRoot),
    });
    tell({ kind: 'opened' });
    // What a check before this start found is still there.
    tell({ kind: 'app-look' });
    const { scheduleUpdates } = await import('./scheduled-updates.ts');
    stopUpdates = scheduleUpdates(branch, appUpdates.access);
    const { scheduleSync } = await import('./scheduled-sync.ts');
    stopSync = scheduleSync(sync.client);
  }
}

/** As little as updates does deciding wait for it. */
async function syncOf(of: Branch): Promise<RunningSync> {
  const { RunningSync } = await import('../../branch/sync/sync-access.ts');
  const { ownDeps } = await import('../../branch/sync/own-deps.ts');
  const { systemFetch } = await import('./system-fetch.ts');
  const { hasLink } = await import('./scheduled-sync.ts');
  return new RunningSync(of, ownDeps(systemFetch), hasLink);
}

async function enrolmentAt(trustRoot: string): Promise<EnrolmentAccess> {
  const { postEnrolment } = await import('../../branch/sync/post-enrolment.ts');
  const { systemFetch } = await import('./system-fetch.ts');
  return { trustRoot, post: (url, enrolment, device, signal) => postEnrolment(url, enrolment, device, systemFetch, signal) };
}

/** What verifies updates is loaded after the branch is open: nothing that decides waits for it. */
async function updatesOf(trustRoot: string): Promise<Reached> {
  const { reachUpdates } = await import('../../branch/activation/reach-updates.ts');
  const { systemFetch } = await import('./system-fetch.ts');
  const { platform, arch } = process;
  return reachUpdates({ trustRoot, fetch: systemFetch, version: codeVersions.outpost, platform: `${platform}-${arch}` });
}

async function appUpdatesOf(of: Branch, trustRoot: string): Promise<AppUpdates> {
  const { AppUpdates } = await import('./app-updates.ts');
  const version = codeVersions.outpost;
  try {
    noteProgramVersion(of, version);
  } catch (error) {
    // On a full disk the branch opens all the same, and the next start tells it.
    if (!(error instanceof Failed)) throw error;
  }
  const presence = () => calls?.presence() ?? { atWork: [], isBusy: true };
  return new AppUpdates({ branch: of, reached: await updatesOf(trustRoot), version, presence, tell });
}

/** Before the branch is open nothing is known of updates. */
function answerMain({ id, question }: Extract<ToService, { kind: 'app-question' }>): void {
  if (appUpdates) void appUpdates.answer(id, question);
  else tell({ kind: 'app-answer', id, answer: { answer: 'offer', offer: null } });
}

async function close(): Promise<void> {
  stopUpdates();
  await stopSync();
  try {
    calls?.close();
  } catch (error) {
    // On a full or broken disk the next start finds that nobody signed out, and says so in the log.
    if (!(error instanceof Failed)) throw error;
  }
  await branch?.close();
  process.exit(0);
}

/** The process ends, and what main starts next opens what was restored. */
function makeWay(): void {
  tell({ kind: 'restored' });
  setTimeout(() => void close(), ANSWER_WITHIN_MS);
}

parentPort.on('message', ({ data, ports }) => {
  const message = toService.parse(data);
  const [port] = ports;
  if (message.kind === 'ping') tell({ kind: 'pong', beat: message.beat });
  else if (message.kind === 'open') opening = opening.then(() => open(message));
  else if (message.kind === 'key-answer') questions.answer(message.id, message.value);
  else if (message.kind === 'app-question') answerMain(message);
  else if (message.kind === 'app-state') {
    if (appUpdates) appUpdates.state = message.state;
  } else if (message.kind === 'close') void close();
  else if (port && calls) calls.answer(port);
  else port?.close();
});
tell({ kind: 'up' });
