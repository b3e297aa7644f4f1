/**
 * A stick, taken in: through the same doors as what comes by line, so that lost, repeated, reordered and stale sticks are as harmless. Nothing on it
 * is ever deleted or written over.
 */
import { PROBLEMS, type StickReply } from '../../contract/sync.ts';
import { recordAction } from '../actions.ts';
import { deliveriesAfter } from '../receive/deliveries-after.ts';
import { enrolDevice } from '../receive/enrol-device.ts';
import { findLog } from '../receive/log-rows.ts';
import { receiveSubmission } from '../receive/receive-submission.ts';
import type { Receiving } from '../receive/receiving.ts';
import { registerEpoch } from '../receive/register-epoch.ts';
import { stateOf } from '../receive/state-of.ts';
import { type NotTaken, openParcel, type Parcel } from './open-parcel.ts';
import { listStick, type StickFile } from './stick-files.ts';
import { writeReply } from './write-reply.ts';

/** What became of one log's files. */
export interface TakenLog {
  log: string;
  /** null: no log of that name is known. */
  branch: string | null;
  /** Entries that are new here, and those that were here before. */
  taken: number;
  known: number;
  /** Entries that head office holds of it now. */
  size: number;
  refused: ({ file: string } & NotTaken)[];
  /** Files that go back, one for each device whose files were read. */
  replies: string[];
}

export interface TakenStick {
  logs: TakenLog[];
  /** Names that nobody here knows; they are left where they are. */
  unknown: string[];
}

interface LogOnStick extends TakenLog {
  /** Whose signatures were seen to hold, with the number of the last delivery that each has. */
  devices: Map<string, number>;
  anyFile: StickFile;
}

/** @param by an operator's account, or `cli:<user>`. @throws Failed stick-unreadable */
export async function takeStick(receiving: Receiving, stick: string, by: string): Promise<TakenStick> {
  const at: Receiving = { ...receiving, carried: true };
  const { files, unknown } = listStick(stick);
  const logs = new Map<string, LogOnStick>();
  let left = files;
  // What stands behind a gap may follow on what a later file brings: names can be changed, what is signed cannot.
  for (let before = Number.POSITIVE_INFINITY; left.length > 0 && left.length < before; ) {
    before = left.length;
    left = await takeFiles(at, left, logs);
  }
  const taken: TakenLog[] = [];
  for (const log of logs.values()) taken.push(await closeLog(at, log));
  await recordAction(at.store, {
    who: by,
    what: 'take-stick',
    detail: {
      logs: taken.length,
      taken: taken.reduce((sum, each) => sum + each.taken, 0),
      refused: taken.reduce((sum, each) => sum + each.refused.length, 0),
    },
  });
  return { logs: taken, unknown };
}

/** What a file that is taken later may mend. */
const MAY_FOLLOW: ReadonlySet<string> = new Set([PROBLEMS.place, PROBLEMS.log, PROBLEMS.device]);

/** Takes what can be taken; returns the files that may follow on it. */
async function takeFiles(at: Receiving, files: readonly StickFile[], logs: Map<string, LogOnStick>): Promise<StickFile[]> {
  const left: StickFile[] = [];
  for (const file of files) {
    const log = logs.get(file.log) ?? begin(file);
    logs.set(file.log, log);
    const notTaken = await takeFile(at, file, log);
    const refused = log.refused.filter((each) => each.file !== file.name);
    log.refused = notTaken === null ? refused : [...refused, { file: file.name, ...notTaken }];
    if (notTaken !== null && MAY_FOLLOW.has(notTaken.type)) left.push(file);
  }
  return left;
}

function begin(file: StickFile): LogOnStick {
  return { log: file.log, branch: null, taken: 0, known: 0, size: 0, refused: [], replies: [], devices: new Map(), anyFile: file };
}

async function takeFile(at: Receiving, file: StickFile, log: LogOnStick): Promise<NotTaken | null> {
  const parcel = await openParcel(at.store, at.keys.identity, file);
  if ('notTaken' in parcel) return parcel.notTaken;
  const { device, deliveries } = parcel.head;
  const answer = await hand(at, parcel, log);
  // Whoever enrols is known from here on.
  log.devices.set(device, Math.max(deliveries, log.devices.get(device) ?? 0));
  if (answer === null) return null;
  return answer;
}

async function hand(at: Receiving, parcel: Parcel, log: LogOnStick): Promise<NotTaken | null> {
  const { device } = parcel.head;
  if (parcel.kind === 'enrolment') return notTakenOf(await enrolDevice(at, parcel.request));
  if (parcel.kind === 'epoch') return notTakenOf(await registerEpoch(at, device, parcel.request));
  const before = (await findLog(at.store, log.log))?.size ?? 0;
  const answer = await receiveSubmission(at, device, parcel.submission, parcel.encodedBytes);
  if ('receipt' in answer) {
    const added = Math.max(0, answer.receipt.size - before);
    log.taken += added;
    log.known += parcel.submission.entries.length - added;
  }
  return notTakenOf(answer);
}

function notTakenOf(answer: object | { problem: { type: string; title: string; detail?: string } }): NotTaken | null {
  if (!('problem' in answer)) return null;
  const { type, title, detail } = answer.problem;
  return { type, detail: detail ?? `${title}.` };
}

/** Writes the replies, and tells where head office stands. */
async function closeLog(at: Receiving, { devices, anyFile, ...log }: LogOnStick): Promise<TakenLog> {
  const row = await findLog(at.store, log.log);
  const replies: string[] = [];
  for (const [device, deliveries] of devices) {
    const reply = await replyTo(at, log, device, deliveries);
    const recipient = reply === null ? null : await recipientOf(at, device);
    if (reply !== null && recipient !== null) replies.push(await writeReply(anyFile, reply, recipient));
  }
  return { ...log, branch: row?.branch ?? null, size: row?.size ?? 0, replies };
}

/** Bounds of the reply's form. */
const MOST_REFUSED = 100;
const MOST_NAME = 200;

/** null: this device is told nothing of the log, as over the line. */
async function replyTo(
  at: Receiving,
  { log, refused }: Pick<TakenLog, 'log' | 'refused'>,
  device: string,
  after: number,
): Promise<StickReply | null> {
  const state = await stateOf(at, device, log);
  const waiting = await deliveriesAfter(at, device, log, after);
  if ('problem' in state || 'problem' in waiting) return null;
  const files = refused.slice(0, MOST_REFUSED).map(({ file, type }) => ({ file: file.slice(0, MOST_NAME), type }));
  return { v: 1, log, state: state.state, notes: waiting.deliveries.notes, refused: files };
}

async function recipientOf(at: Receiving, device: string): Promise<string | null> {
  const [row] = await at.store.query<{ recipient: string }>('SELECT recipient FROM devices WHERE device = $1', [device]);
  return row?.recipient ?? null;
}
