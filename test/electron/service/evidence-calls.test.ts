import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideApplication } from '../../../branch/decide-application.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import type { Line } from '../../../branch/people/line.ts';
import { Sessions } from '../../../branch/people/sessions.ts';
import { replayProgress } from '../../../contract/audit.ts';
import { makeRouter } from '../../../electron/service/router.ts';
import { application } from '../../support/application.ts';
import { NO_SHELL } from '../../support/no-shell.ts';
import { Offices, openedBranch } from '../../support/office.ts';
import { comeIn, withPeople } from '../../support/people.ts';

const offices = new Offices();
let branch: Branch;
let sessions: Sessions;
let line: Line;
let seq: number;
beforeAll(async () => {
  await offices.make();
  branch = await openedBranch(offices.copy());
  const { officer } = await withPeople(branch);
  seq = (await decideApplication(officer, application())).seq;
  sessions = new Sessions(branch);
  line = await comeIn(sessions, 'auditor');
});
afterAll(async () => {
  await branch.close();
  offices.remove();
});

const callsOf = (at: Line) => createRouterClient(makeRouter(NO_SHELL), { context: { line: at } });

describe('an auditor’s screen', () => {
  it('is told how a replay goes on, and what came of it', async () => {
    const steps: unknown[] = [];
    for await (const step of await callsOf(line).audit.replay({ from: 0, to: seq })) steps.push(replayProgress.parse(step));
    expect(steps).toEqual([
      { step: 'progress', done: seq + 1, total: seq + 1 },
      { step: 'report', same: 1, erased: 0, different: 0, impossible: 0, results: [] },
    ]);
  });

  it('is told why there is nothing to replay', async () => {
    const steps = await callsOf(line).audit.replay({ from: 0, to: 0 });
    await expect(steps.next()).rejects.toMatchObject({ code: 'FAILED', data: { kind: 'entry-unknown' } });
  });

  it('is told where the evidence lies', async () => {
    const found: string[] = [];
    for await (const step of await callsOf(line).audit.exportEvidence({ from: seq, to: seq, personal: false }))
      if (step.step === 'done') found.push(step.file);
    expect(found.map((file) => existsSync(file))).toEqual([true]);
  });

  it('gets no evidence any more once the auditor has signed out, and none lies there', async () => {
    const leaving = await comeIn(sessions, 'auditor');
    const { size } = branch.log.frontier;
    const steps = await callsOf(leaving).audit.exportEvidence({ from: 0, to: seq, personal: true });
    await steps.next();
    leaving.signOut();
    const rest = async () => {
      for await (const _ of steps);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'FAILED', data: { kind: 'session-over' } });
    expect(readdirSync(join(branch.dataDir, 'exports'))).toHaveLength(1);
    // Signing out is an entry; an export would be another.
    expect(branch.log.frontier.size).toBe(size + 1);
  });
});
