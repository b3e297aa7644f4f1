/** What challengers in shadow cost each decision. */
import { randomUUID } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { receiveModel } from '../../branch/activation/receive-release.ts';
import { withdrawRelease } from '../../branch/activation/withdraw.ts';
import { decideApplication } from '../../branch/decide-application.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { listActive } from '../../db/active.ts';
import { Releases } from '../support/releases.ts';
import { interleave, type Plan, ratiosOf, spreadOf } from './measure/interleave.ts';
import type { Finding, Result } from './measure/result.ts';
import { freshApplications, openOffice, PRODUCT } from './office.ts';

const COUNTS = [0, 1, 2, 4, 8] as const;
type Count = `${(typeof COUNTS)[number]}`;

const PLAN: Plan = { rounds: 15, repeats: 30, warmUp: 200 };

export async function benchShadow(folder: string, dataDir: string): Promise<Result> {
  const releases = new Releases();
  const branches: Branch[] = [];
  for (const count of COUNTS) branches.push(await officeWith(count, join(folder, `with-${count}`), dataDir, releases));
  releases.remove();
  const applications = await freshApplications(branches[0]!, join(folder, 'shadow.csv'), PLAN.warmUp + PLAN.rounds * PLAN.repeats, 6);
  const parts = Object.fromEntries(
    COUNTS.map((count, n) => [
      `${count}`,
      (i: number) =>
        decideApplication(branches[n]!, { ...applications[i]!, applicationId: randomUUID(), identity: { full_name: 'Ana Example' } }),
    ]),
  ) as Record<Count, (i: number) => Promise<unknown>>;
  const rounds = await interleave(parts, PLAN);
  for (const branch of branches) await branch.close();
  return {
    name: 'shadow',
    about: [
      'One decision as an officer gets it, durable and read back, while n challengers as large as the champion score beside it; each in a data folder of',
      'its own. Floor: the same decision without a challenger.',
    ],
    findings: COUNTS.map((count): Finding => {
      const ours = rounds[`${count}`];
      return {
        what: `${count} challengers`,
        ours: spreadOf(ours).median,
        floor: count === 0 ? null : spreadOf(rounds['0']).median,
        unit: 'µs',
        ratio: count === 0 ? null : ratiosOf(ours, rounds['0']),
        target: null,
      };
    }),
  };
}

/** Copies of the champion under other names. The bundled challenger, a small scorecard, is withdrawn. */
async function officeWith(count: number, folder: string, dataDir: string, releases: Releases): Promise<Branch> {
  cpSync(dataDir, folder, { recursive: true });
  const branch = await openOffice(folder);
  const { source } = releases.model('challenger', {}).offer;
  for (const { product, alias, name, version, sha256 } of listActive(branch.log.db))
    if (product === PRODUCT && alias === 'challenger')
      await withdrawRelease(branch, { product, alias, kind: 'model', artefact: { name, version, sha256 }, source });
  for (let n = 1; n <= count; n++) {
    const received = await receiveModel(branch, releases.model('challenger', { name: `shadow-${n}` }, {}, 'champion'));
    if (received.state !== 'active') throw new Error(JSON.stringify(received));
  }
  const { challengers } = await branch.ready(PRODUCT);
  if ((await challengers).length !== count) throw new Error('not all challengers are ready');
  return branch;
}
