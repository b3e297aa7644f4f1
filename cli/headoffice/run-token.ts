/** `outpost headoffice token`. */
import { userInfo } from 'node:os';
import { addFeedToken, type FeedToken, listFeedTokens, revokeFeedToken } from '../../headoffice/feeds/tokens.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson, say } from '../print.ts';
import { atHeadOffice } from './open-head-office.ts';
import type { HeadOfficeOptions } from './store-options.ts';

export async function addToken(name: string, where: HeadOfficeOptions): Promise<ExitCode> {
  const token = await atHeadOffice(where, ({ store }) => addFeedToken(store, `cli:${userInfo().username}`, name));
  printData(`${token}\n`);
  say('Give it to that program alone, and keep no copy: head office has only its hash.');
  return EXIT.done;
}

export async function listTokens({ json, ...where }: HeadOfficeOptions & { json?: true }): Promise<ExitCode> {
  const tokens = await atHeadOffice(where, ({ store }) => listFeedTokens(store));
  if (json === true) printJson(tokens);
  else printData(tokens.map(inWords).join(''));
  if (tokens.length === 0) say('No program has a token.');
  return EXIT.done;
}

export async function revokeToken(name: string, where: HeadOfficeOptions): Promise<ExitCode> {
  await atHeadOffice(where, ({ store }) => revokeFeedToken(store, `cli:${userInfo().username}`, name, new Date()));
  say(`${name} reads no more.`);
  return EXIT.done;
}

function inWords({ name, made_by, made_at, revoked_at }: FeedToken): string {
  const state = revoked_at === null ? 'good' : `revoked ${revoked_at.toISOString()}`;
  return `${name.padEnd(30)} made ${made_at.toISOString()} by ${made_by}  ${state}\n`;
}
