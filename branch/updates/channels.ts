/** The channels: small signed files that say which releases are current. Read only as the targets that they are, and held to their schema. */
import { Readable } from 'node:stream';
import type { AppChannel, ModelChannel, PolicyChannel } from '../../contract/channel.ts';
import type { FoundTarget } from './chain.ts';
import { targetFile } from './fetch-target.ts';
import { type LineLimits, MOST_CHANNEL_BYTES } from './limits.ts';
import { LinkError } from './link-error.ts';
import { readBytes } from './metadata-fetcher.ts';
import type { Source } from './source.ts';

export type ChannelKind = 'models' | 'policy' | 'app';
export const CHANNEL_KINDS: readonly ChannelKind[] = ['models', 'policy', 'app'];

export interface ChannelOf {
  models: ModelChannel;
  policy: PolicyChannel;
  app: AppChannel;
}

/** @param platform `linux-x64` */
export function channelName(kind: ChannelKind, platform: string): string {
  return kind === 'app' ? `app/stable-${platform}.json` : `${kind}/stable.json`;
}

/** @throws LinkError, or LengthOrHashMismatchError where the bytes are not the target's */
export async function fetchChannel(source: Source, found: FoundTarget, line: LineLimits, signal: AbortSignal): Promise<Buffer> {
  const file = targetFile(found);
  const { length } = found.target;
  if (length > MOST_CHANNEL_BYTES) throw new LinkError('too-long', found.name, `${length} bytes, more than a channel has`);
  const bytes = await readBytes(source, file, length, line, signal);
  await verifyChannel(found, bytes);
  return bytes;
}

/** TUF 5.7.2. @throws LengthOrHashMismatchError */
export async function verifyChannel({ target }: FoundTarget, bytes: Buffer): Promise<void> {
  await target.verify(Readable.from([bytes]));
}

/** @throws SyntaxError or TypeError where it is not what its schema says */
export async function parseChannel<K extends ChannelKind>(kind: K, bytes: Buffer): Promise<ChannelOf[K]> {
  const schemas = await import('../../contract/channel.ts');
  const schema = { models: schemas.modelChannel, policy: schemas.policyChannel, app: schemas.appChannel }[kind];
  const parsed = schema.safeParse(JSON.parse(bytes.toString('utf8')));
  if (!parsed.success) throw new TypeError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  return parsed.data as ChannelOf[K];
}
