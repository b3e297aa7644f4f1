/** A device's requests, signed by hand as RFC 9421 has it, so that the receiver's reading is checked against another writing. Knows no test runner. */
import { hash, sign } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import { SUBMISSION_TYPE } from '../../contract/sync.ts';
import { formatSubmission, type Submission } from '../../ledger/submission.ts';
import type { TestDevice } from './head-office.ts';

export interface Asked {
  method: string;
  /** With a leading slash. */
  path: string;
  body?: Uint8Array;
  headers?: Record<string, string>;
  /** What is signed, where it is not what is sent. */
  signed?: { method?: string; target?: string; components?: string[]; parameters?: string; digest?: string };
}

/** Headers of a request to `base`, which ends without a slash. */
export function signedHeadersOf(
  base: string,
  device: TestDevice,
  { method, path, body, headers = {}, signed = {} }: Asked,
): Record<string, string> {
  const all: Record<string, string> = { ...headers };
  if (body !== undefined) all['content-digest'] = signed.digest ?? `sha-256=:${hash('sha256', body, 'base64')}:`;
  const names = signed.components ?? [
    '@method',
    '@target-uri',
    ...['content-digest', 'content-encoding'].filter((name) => all[name] !== undefined),
  ];
  const values: Record<string, string> = { ...all, '@method': signed.method ?? method, '@target-uri': signed.target ?? `${base}${path}` };
  const parameters = `(${names.map((name) => `"${name}"`).join(' ')})${signed.parameters ?? `;created=1;keyid="${device.id}";alg="ed25519"`}`;
  const text = `${names.map((name) => `"${name}": ${values[name]}\n`).join('')}"@signature-params": ${parameters}`;
  const signature = sign(null, Buffer.from(text), device.privateKey).toString('base64');
  return { ...all, 'signature-input': `sig=${parameters}`, signature: `sig=:${signature}:` };
}

export interface Told {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it
  json: any;
  text: string;
}

export async function ask(base: string, device: TestDevice, asked: Asked): Promise<Told> {
  const { method, path, body } = asked;
  const answer = await fetch(`${base}${path}`, {
    method,
    headers: signedHeadersOf(base, device, asked),
    body: (body ?? null) as Uint8Array<ArrayBuffer> | null,
  });
  const text = await answer.text();
  const isJson = text !== '' && /json/.test(answer.headers.get('content-type') ?? '');
  return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : null };
}

export function encode(submission: Submission): Buffer {
  return brotliCompressSync(formatSubmission(submission));
}

export function entriesRequest(submission: Submission, headers: Record<string, string> = {}): Asked {
  return {
    method: 'POST',
    path: `/v1/logs/${submission.head.log}/entries`,
    body: encode(submission),
    headers: { 'content-type': SUBMISSION_TYPE, 'content-encoding': 'br', ...headers },
  };
}

export async function sendEntries(
  base: string,
  device: TestDevice,
  submission: Submission,
  headers: Record<string, string> = {},
): Promise<Told> {
  return await ask(base, device, entriesRequest(submission, headers));
}

export async function askState(base: string, device: TestDevice, log: string, headers: Record<string, string> = {}): Promise<Told> {
  return await ask(base, device, { method: 'GET', path: `/v1/logs/${log}/state`, headers });
}
