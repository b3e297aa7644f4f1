/** A PC that was lost or replaced, from its branch's page. */
import { Failed } from '../../contract/failure.ts';
import { revokeBranch } from '../branches/revoke.ts';
import { type FleetOptions, fieldOf, paramOf, type Visit } from './visit.ts';

/** @returns the page to go on with. @throws Failed usage: no reason, no such branch or device */
export async function revokeDevice({ store, keys, now }: FleetOptions, { request, who }: Visit): Promise<string> {
  const branch = paramOf(request, 'branch');
  const why = fieldOf(request, 'why').trim().slice(0, 200);
  if (why === '')
    throw new Failed({
      kind: 'usage',
      happened: 'No reason was given.',
      safe: 'Nothing was changed: the device is in use.',
      next: 'Say why, for whoever asks later.',
      facts: {},
    });
  await revokeBranch({ store, keys, now, who: who.operator }, branch, paramOf(request, 'device'), why);
  return `/fleet/branches/${encodeURIComponent(branch)}`;
}
