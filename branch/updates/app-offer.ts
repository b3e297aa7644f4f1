/** Which release of the program itself reaches this PC. Its installer is checked against what the chain says, again right before it runs. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { AppRelease } from '../../contract/channel.ts';
import type { Failure } from '../../contract/failure.ts';
import type { Localised } from '../../contract/localised.ts';
import type { ReleaseSource } from '../../contract/release-entries.ts';
import type { Chain, FoundTarget } from './chain.ts';
import type { ChannelOf } from './channels.ts';
import { compareVersions } from './compare-versions.ts';
import { targetFile } from './fetch-target.ts';
import { MOST_APP_BYTES } from './limits.ts';
import { type Refusal, vouchedFor } from './offers.ts';
import { type Asking, chooseRelease } from './rollout.ts';
import { updateFailure } from './update-failures.ts';

export interface AppOffer {
  version: string;
  /** Name in the repository of the installer. */
  target: string;
  /** Its file below the repository. */
  file: string;
  bytes: number;
  /** Of the installer, base64: the form that electron-updater enforces. */
  sha512: string;
  /** Name in the repository; null: it is embedded, or there is none. */
  blockmap: string | null;
  /** Block map of the version that runs here, where the channel still names it. */
  blockmapBefore: string | null;
  blockMapSize: number | null;
  releasedOn: string;
  notes: Localised;
  activateFrom: string | null;
  allowDowngrade: boolean;
  source: ReleaseSource;
}

/** @returns the release; null: nothing else than what runs here reaches this PC; or why it is refused */
export function findAppOffer(chain: Chain, channel: ChannelOf['app'], asking: Asking, current: string): AppOffer | Refusal | null {
  // A release that this version cannot take directly is as good as not there: the one before it is the way.
  const releases = channel.releases
    .filter(
      ({ earliestVersion, version }) => version === current || earliestVersion === null || compareVersions(current, earliestVersion) >= 0,
    )
    .map((release) => ({ ...release, id: `app ${release.version}` }));
  const { release, goesBack } = chooseRelease(releases, asking, `app ${current}`);
  if (release === null || release.version === current) return null;
  const allowDowngrade = release.allowDowngrade || goesBack;
  if (compareVersions(release.version, current) < 0 && !allowDowngrade)
    return { target: release.file, failure: updateFailure('downgrade', release.file, { offered: release.version, active: current }) };
  const before = channel.releases.find(({ version }) => version === current)?.blockmap ?? null;
  return offerOf(chain, release, allowDowngrade, before);
}

function offerOf(chain: Chain, release: AppRelease, allowDowngrade: boolean, before: string | null): AppOffer | Refusal {
  const { version, file: target, blockmap, blockMapSize, releasedOn, notes, activateFrom } = release;
  const found = vouched(chain, target);
  if ('kind' in found) return { target, failure: found };
  const map = blockmap === null ? null : vouched(chain, blockmap);
  if (map !== null && 'kind' in map) return { target: blockmap ?? target, failure: map };
  const { sha512 = '' } = found.target.hashes;
  if (!/^[0-9a-f]{128}$/.test(sha512)) return { target, failure: updateFailure('malformed', target, { detail: 'no SHA-512' }) };
  return {
    version,
    target,
    file: targetFile(found),
    bytes: found.target.length,
    sha512: Buffer.from(sha512, 'hex').toString('base64'),
    blockmap,
    // What it was is worth nothing where it is not vouched for any more: the whole installer is fetched then.
    blockmapBefore: before !== null && !('kind' in vouched(chain, before)) ? before : null,
    blockMapSize,
    releasedOn,
    notes,
    activateFrom,
    allowDowngrade,
    source: found.source,
  };
}

function vouched(chain: Chain, target: string): FoundTarget | Failure {
  return vouchedFor(chain, target, 'app/', MOST_APP_BYTES);
}

/** To be asked right before the installer runs: it lay on the disk since it was verified. @returns null: it is the one that is signed */
export async function checkInstaller(file: string, { sha512, bytes, target }: AppOffer): Promise<Failure | null> {
  const hash = createHash('sha512');
  let length = 0;
  const reading = createReadStream(file);
  await pipeline(reading, async (pieces: AsyncIterable<Buffer>) => {
    for await (const piece of pieces) {
      length += piece.length;
      hash.update(piece);
    }
  });
  return length === bytes && hash.digest('base64') === sha512 ? null : updateFailure('hash', target);
}
