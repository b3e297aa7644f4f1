/** What checks for updates cost the line in bytes, counted where the server is: requests and answers with their headers. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Desk } from '../../support/updating-desk.ts';
import { spreadOf } from '../measure/interleave.ts';
import type { Finding } from '../measure/result.ts';
import { type HeadOffice, INSTALLER, NEXT_INSTALLER, PLATFORM } from './head-office.ts';
import { NO_LIMITS, SlowLine } from './slow-line.ts';

interface Cost {
  bytes: number;
  requests: number;
}

/** One PC of a branch on a line of its own. */
class WiredDesk {
  readonly desk: Desk;
  readonly line: SlowLine;
  readonly #head: HeadOffice;

  private constructor(head: HeadOffice, desk: Desk, line: SlowLine) {
    this.#head = head;
    this.desk = desk;
    this.line = line;
  }

  static async open(head: HeadOffice, dataDir: string, folder: string): Promise<WiredDesk> {
    const branch = await head.openBranch(dataDir);
    const line = await SlowLine.open(head.server.url, NO_LIMITS);
    const trustRoot = `${folder}-root.json`;
    writeFileSync(trustRoot, head.repository.root());
    const desk = new Desk({ branch, folder, kind: 'nsis', trustRoot, repository: line.url, platform: PLATFORM });
    return new WiredDesk(head, desk, line);
  }

  /** One check as the schedule has it made, and what the program then fetches of itself. */
  async check(expected: string): Promise<Cost> {
    const before = { bytes: this.line.up + this.line.down, requests: this.#head.server.asked.length };
    const { state, failure } = await this.desk.check();
    if (state !== expected) throw new Error(`the program's own update is ${state}: ${failure?.happened ?? ''}`);
    return { bytes: this.line.up + this.line.down - before.bytes, requests: this.#head.server.asked.length - before.requests };
  }
}

export async function benchWire(head: HeadOffice, folder: string, dataDir: string): Promise<Finding[]> {
  const keeping = await WiredDesk.open(head, dataDir, join(folder, 'keeping'));
  const bare = await WiredDesk.open(head, dataDir, join(folder, 'bare'));
  // As NSIS leaves it: what the next version is told apart from.
  keeping.desk.keepInstaller(INSTALLER);
  const first = await keeping.check('none');
  const nothing = await keeping.check('none');
  await bare.check('none');
  const timestamp = head.server.file('metadata/timestamp.json').length;
  const model = await head.releaseModel();
  const ofModel = await keeping.check('none');
  await bare.check('none');
  head.releaseProgram();
  const different = await keeping.check('ready');
  const whole = await bare.check('ready');
  for (const { line } of [keeping, bare]) await line.close();
  return [
    finding('the first check of a new branch', first, null),
    finding('nothing new, against timestamp.json', nothing, timestamp),
    finding('a model, against its one file', ofModel, model.length),
    finding('a program as a whole, against its installer', whole, NEXT_INSTALLER.length),
    finding('a program by its differences, against as a whole', different, whole.bytes),
  ];
}

function finding(what: string, { bytes, requests }: Cost, floor: number | null): Finding {
  return {
    what: `${what} (${requests} requests)`,
    ours: bytes,
    floor,
    unit: 'bytes',
    ratio: floor === null ? null : spreadOf([bytes / floor]),
    target: null,
  };
}
