/** What a start costs to verify the cached chain anew, against reading the same files and the same signatures by themselves. */
import crypto, { type KeyObject } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { interleave, type Plan, ratiosOf, spreadOf } from '../measure/interleave.ts';
import type { Finding } from '../measure/result.ts';
import { HeadOffice } from './head-office.ts';

const PLAN: Plan = { rounds: 15, repeats: 20, warmUp: 50 };

interface Signed {
  data: Buffer;
  key: KeyObject;
  signature: Buffer;
}

export async function benchRecheck(folder: string): Promise<Finding[]> {
  const head = await HeadOffice.open(join(folder, 'recheck'));
  await head.releaseModel();
  const own = join(folder, 'rechecked');
  await head.openUpdates(own, head.server.url).refresh();
  // A root that came after the one in the program: the way to it is walked at every start.
  head.repository.rotate('timestamp');
  head.repository.publish();
  const { failure } = await head.openUpdates(own, head.server.url).refresh();
  await head.server.stop();
  if (failure !== null) throw new Error(failure.happened);
  const recheck = () => head.openUpdates(own, null).chain();
  const files = filesOf(join(own, 'chain'));
  const signed = signaturesOf(recheck);
  const floor = () => {
    for (const file of files) readFileSync(file);
    for (const { data, key, signature } of signed) if (!crypto.verify(null, data, key, signature)) throw new Error('not signed');
  };
  const rounds = await interleave({ ours: recheck, floor }, PLAN);
  return [
    {
      what: `a start's check of the chain, against ${files.length} files and ${signed.length} signatures`,
      ours: spreadOf(rounds.ours).median,
      floor: spreadOf(rounds.floor).median,
      unit: 'µs',
      ratio: ratiosOf(rounds.ours, rounds.floor),
      target: null,
    },
  ];
}

/** The newest generation and the roots. */
function filesOf(chain: string): string[] {
  const newest = readdirSync(chain)
    .filter((name) => /^\d{9}$/.test(name))
    .sort()
    .at(-1)!;
  return [join(chain, 'roots'), join(chain, newest)].flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => join(folder, name)),
  );
}

/** Every signature that is verified by this, as it is given to Node. */
function signaturesOf(work: () => unknown): Signed[] {
  const signed: Signed[] = [];
  const { verify } = crypto;
  crypto.verify = ((_algorithm: unknown, data: Buffer, { key }: { key: KeyObject }, signature: Buffer) => {
    signed.push({ data, key, signature });
    return verify(null, data, key, signature);
  }) as typeof verify;
  try {
    work();
  } finally {
    crypto.verify = verify;
  }
  return signed;
}
