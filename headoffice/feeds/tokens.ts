/** Who may read the feed: programs, each with a token of its own, of which the table keeps only the SHA-256. */
import { createHash, randomBytes } from 'node:crypto';
import { Failed } from '../../contract/failure.ts';
import { recordAction } from '../actions.ts';
import type { Sql, Store } from '../store/store.ts';

const PREFIX = 'outpost_feed_';

export interface FeedToken {
  name: string;
  made_by: string;
  made_at: Date;
  revoked_at: Date | null;
}

/**
 * @returns the token: nobody can see it again
 * @throws Failed usage, account-exists
 */
export async function addFeedToken(store: Store, who: string, name: string): Promise<string> {
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/.test(name))
    throw new Failed({
      kind: 'usage',
      happened: 'A name of a token is up to 63 lower-case letters, digits, dots, hyphens or underscores.',
      safe: 'Nothing was changed.',
      next: 'Name it after the program that reads: risk-warehouse.',
      facts: {},
    });
  const token = PREFIX + randomBytes(32).toString('base64url');
  await store.transaction(async (sql) => {
    const known = await sql.query('SELECT 1 FROM feed_tokens WHERE name = $1 AND revoked_at IS NULL', [name]);
    if (known.length > 0)
      throw new Failed({
        kind: 'account-exists',
        happened: `There is a token ${name} already.`,
        safe: 'It is still good.',
        next: 'Choose another name, or revoke that one first.',
        facts: { name },
      });
    await sql.query('INSERT INTO feed_tokens (token_sha256, name, made_by) VALUES ($1, $2, $3)', [sha256(token), name, who]);
    await recordAction(sql, { who, what: 'add-feed-token', detail: { name } });
  });
  return token;
}

export async function listFeedTokens(sql: Sql): Promise<FeedToken[]> {
  return await sql.query<FeedToken>('SELECT name, made_by, made_at, revoked_at FROM feed_tokens ORDER BY made_at, name');
}

/** @throws Failed account-unknown */
export async function revokeFeedToken(store: Store, who: string, name: string, now: Date): Promise<void> {
  await store.transaction(async (sql) => {
    const found = await sql.query('UPDATE feed_tokens SET revoked_at = $2 WHERE name = $1 AND revoked_at IS NULL RETURNING name', [
      name,
      now,
    ]);
    if (found.length === 0)
      throw new Failed({
        kind: 'account-unknown',
        happened: `There is no token ${name} that is good.`,
        safe: 'Nothing was changed.',
        next: 'See which there are with outpost headoffice token list.',
        facts: { name },
      });
    await recordAction(sql, { who, what: 'revoke-feed-token', detail: { name } });
  });
}

/** The name of whoever asks; null: nobody who may. @param header `Authorization` */
export async function readerOf(sql: Sql, header: string | undefined): Promise<string | null> {
  const token = /^Bearer (\S{20,100})$/i.exec(header ?? '')?.[1];
  if (token === undefined) return null;
  const [row] = await sql.query<{ name: string }>('SELECT name FROM feed_tokens WHERE token_sha256 = $1 AND revoked_at IS NULL', [
    sha256(token),
  ]);
  return row?.name ?? null;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
