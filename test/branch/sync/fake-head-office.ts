/**
 * Head office in memory, behind a `fetch`: the wire's rules of contract/sync.ts and nothing else, to test a branch against on a virtual clock. Tests lie and cut by
 * `interfere`. It keeps what it received as bytes, so that "exactly once and in order" is a comparison.
 */
import { createHash, hash, type KeyObject, verify } from 'node:crypto';
import { brotliDecompressSync } from 'node:zlib';
import { type LogState, PROBLEMS, type Receipt } from '../../../contract/sync.ts';
import { openCheckpoint } from '../../../ledger/checkpoint.ts';
import { EMPTY_FRONTIER, extendFrontier, type Frontier, leafHash, rootOf } from '../../../ledger/merkle.ts';
import { cosignatureLine } from '../../../ledger/note.ts';
import { type NoteVerifier, parseVkey } from '../../../ledger/note-keys.ts';
import { parseSubmission } from '../../../ledger/submission.ts';
import { witnessNamed } from '../../support/witnesses.ts';

export const OFFICE_URL = 'https://office.invalid/outpost';
export const OFFICE_WITNESS = witnessNamed('head-office');
export const OFFICE_VERIFIER = parseVkey(OFFICE_WITNESS.vkey)!;

interface HeldLog {
  origin: string;
  key: NoteVerifier;
  entries: Buffer[];
  frontiers: Frontier[];
  note: string | null;
  frozen: boolean;
  deliveries: string[];
}

export interface Asked {
  method: string;
  path: string;
  body: Buffer;
  headers: Headers;
}

export type Interfere = (asked: Asked, answer: () => Promise<Response>) => Promise<Response>;

export class FakeHeadOffice {
  readonly logs = new Map<string, HeldLog>();
  readonly #uploads = new Map<string, { log: string; length: number; bytes: Buffer }>();
  readonly asked: Asked[] = [];
  /** Stands between the branch and head office. */
  interfere: Interfere = async (_, answer) => await answer();
  /** Of a submission as decoded; beyond it 413. */
  mostBytes = Number.POSITIVE_INFINITY;
  devices: ReadonlyMap<string, KeyObject>;
  now: () => number;

  constructor(devices: ReadonlyMap<string, KeyObject>, now: () => number) {
    this.devices = devices;
    this.now = now;
  }

  readonly fetch = (async (url: string, init: RequestInit = {}): Promise<Response> => {
    if (!url.startsWith(OFFICE_URL)) throw new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } });
    const asked = {
      method: init.method ?? 'GET',
      path: url.slice(OFFICE_URL.length),
      body: Buffer.from((init.body as Uint8Array | null) ?? []),
      headers: new Headers(init.headers),
    };
    this.asked.push(asked);
    init.signal?.throwIfAborted();
    const gone = new Promise<never>((_, reject) =>
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason), { once: true }),
    );
    gone.catch(() => undefined);
    return await Promise.race([this.interfere(asked, async () => this.answer(asked, url)), gone]);
  }) as typeof globalThis.fetch;

  register(origin: string, vkey: string, base: HeldLog | null = null, size = 0): HeldLog {
    const log = idOf(origin);
    const known = this.logs.get(log);
    if (known) return known;
    const taken = Math.min(size, base?.entries.length ?? 0);
    const made: HeldLog = {
      origin,
      key: parseVkey(vkey)!,
      entries: base?.entries.slice(0, taken) ?? [],
      frontiers: base?.frontiers.slice(0, taken + 1) ?? [EMPTY_FRONTIER],
      note: null,
      frozen: false,
      deliveries: [],
    };
    this.logs.set(log, made);
    return made;
  }

  /** As from yesterday's backup. */
  restore(origin: string, size: number): void {
    const held = this.logs.get(idOf(origin))!;
    held.entries.length = size;
    held.frontiers.length = size + 1;
    held.note = null;
  }

  answer(asked: Asked, url: string): Response {
    const { method, path, body } = asked;
    if (!this.#isSigned(asked, url)) return refuse(401, PROBLEMS.unsigned);
    if (path === '/v1/logs' && method === 'POST') return this.#registerEpoch(JSON.parse(body.toString()));
    const [, log = '', rest = ''] = /^\/v1\/logs\/([0-9a-f]{64})\/(.*)$/.exec(path) ?? [];
    const held = this.logs.get(log);
    if (!held) return refuse(404, PROBLEMS.log);
    if (rest === 'state') return Response.json(this.stateOf(held));
    if (rest === 'entries') return this.#receive(held, body);
    if (rest === 'uploads') return this.#create(log, held, asked);
    if (rest.startsWith('uploads/')) return this.#upload(held, rest, asked);
    const after = Number(/^deliveries\?after=(\d+)$/.exec(rest)?.[1]);
    return Response.json({ v: 1, notes: held.deliveries.slice(after, after + 2) });
  }

  stateOf(held: HeldLog): LogState {
    return {
      v: 1,
      log: idOf(held.origin),
      origin: held.origin,
      size: held.entries.length,
      root: rootOf(held.frontiers.at(-1)!).toString('base64'),
      note: held.note,
      frozen: held.frozen,
      deliveries: held.deliveries.length,
    };
  }

  #isSigned({ method, body, headers }: Asked, url: string): boolean {
    const input = /^s=(\((.*)\);created=\d+;keyid="([0-9a-f]{64})";alg="ed25519")$/.exec(headers.get('signature-input') ?? '');
    const device = this.devices.get(input?.[3] ?? '');
    if (input === null || device === undefined) return false;
    if (body.length > 0 && headers.get('content-digest') !== `sha-256=:${hash('sha256', body, 'base64')}:`) return false;
    const names = (input[2] ?? '').split(' ').map((name) => name.slice(1, -1));
    const derived: Record<string, string> = { '@method': method, '@target-uri': url };
    const lines = names.map((name) => `"${name}": ${derived[name] ?? headers.get(name)}\n`).join('');
    const signature = Buffer.from((headers.get('signature') ?? '').slice(3, -1), 'base64');
    return verify(null, Buffer.from(`${lines}"@signature-params": ${input[1]}`), device, signature);
  }

  #registerEpoch(epoch: { origin: string; vkey: string; previous: { origin: string; size: number } | null }): Response {
    const base = epoch.previous === null ? null : (this.logs.get(idOf(epoch.previous.origin)) ?? null);
    return Response.json(this.stateOf(this.register(epoch.origin, epoch.vkey, base, epoch.previous?.size)));
  }

  #create(log: string, held: HeldLog, { body, headers }: Asked): Response {
    const name = String(this.#uploads.size + 1);
    this.#uploads.set(name, { log, length: Number(headers.get('upload-length')), bytes: body });
    if (headers.get('upload-complete') === '?1') return this.#receive(held, body);
    const location = `${OFFICE_URL}/v1/logs/${log}/uploads/${name}`;
    return new Response(null, { status: 201, headers: { location, 'upload-offset': String(body.length) } });
  }

  #upload(held: HeldLog, rest: string, { method, body, headers }: Asked): Response {
    const upload = this.#uploads.get(rest.slice('uploads/'.length));
    if (!upload) return new Response(null, { status: 404 });
    const offset = String(upload.bytes.length);
    if (method === 'HEAD') return new Response(null, { status: 204, headers: { 'upload-offset': offset } });
    if (headers.get('upload-offset') !== offset) return new Response(null, { status: 409, headers: { 'upload-offset': offset } });
    upload.bytes = Buffer.concat([upload.bytes, body]);
    if (headers.get('upload-complete') === '?1') return this.#receive(held, upload.bytes);
    return new Response(null, { status: 204, headers: { 'upload-offset': String(upload.bytes.length) } });
  }

  /** What arrives of a part that breaks off is kept. */
  keepPart({ path, body, headers }: Asked, bytes: number): void {
    const upload = this.#uploads.get(/uploads\/(\d+)$/.exec(path)?.[1] ?? '');
    if (upload && headers.get('upload-offset') === String(upload.bytes.length))
      upload.bytes = Buffer.concat([upload.bytes, body.subarray(0, bytes)]);
  }

  #receive(held: HeldLog, body: Buffer): Response {
    const raw = brotliDecompressSync(body);
    if (raw.length > this.mostBytes) return refuse(413, PROBLEMS.large);
    const submission = parseSubmission(raw);
    if (submission === null) return refuse(400, PROBLEMS.malformed);
    const { head, entries } = submission;
    const state = this.stateOf(held);
    if (held.frozen) return refuse(422, PROBLEMS.fork, { state, known: held.note });
    const checkpoint = openCheckpoint(head.checkpoint, held.key);
    if ('problem' in checkpoint || checkpoint.size !== head.from + entries.length) return refuse(422, PROBLEMS.checkpoint, { state });
    if (head.from > held.entries.length) return refuse(409, PROBLEMS.place, { state });
    const hashes = entries.map((entry) => leafHash(entry));
    const overlaps = held.entries.slice(head.from, head.from + entries.length);
    if (overlaps.some((entry, i) => !leafHash(entry).equals(hashes[i]!))) {
      held.frozen = true;
      return refuse(422, PROBLEMS.fork, { state: { ...state, frozen: true }, known: held.note });
    }
    const added = entries.slice(held.entries.length - head.from);
    let frontier = held.frontiers.at(-1)!;
    const frontiers = added.map((entry) => (frontier = extendFrontier(frontier, [leafHash(entry)]).frontier));
    const at = checkpoint.size <= held.entries.length ? held.frontiers[checkpoint.size]! : frontier;
    if (!rootOf(at).equals(checkpoint.root)) return refuse(422, PROBLEMS.checkpoint, { state });
    held.entries.push(...added.map((entry) => Buffer.from(entry)));
    held.frontiers.push(...frontiers);
    const line = cosignatureLine(head.checkpoint, OFFICE_WITNESS, Math.floor(this.now() / 1000));
    if (added.length > 0) held.note = `${head.checkpoint}${line}`;
    const receipt: Receipt = {
      v: 1,
      log: idOf(held.origin),
      size: checkpoint.size,
      cosignatures: [line],
      deliveries: held.deliveries.length,
    };
    return Response.json(receipt);
  }
}

export function idOf(origin: string): string {
  return createHash('sha256').update(origin).digest('hex');
}

export function refuse(status: number, type: string, more: object = {}, headers: Record<string, string> = {}): Response {
  return Response.json(
    { type, title: type, status, ...more },
    { status, headers: { ...headers, 'content-type': 'application/problem+json' } },
  );
}
