/**
 * Vectors published by other implementations (transparency-dev, Sigsum, golang/mod, C2SP), as JSON files in the folder that
 * OUTPOST_VECTORS names. The tests beside this one carry their own and do not need them.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeCheckpoint, openAddCheckpoint, type WitnessedState } from '../../ledger/add-checkpoint.ts';
import { formatCheckpointBody, openCheckpoint, parseCheckpointBody } from '../../ledger/checkpoint.ts';
import { EMPTY_FRONTIER, emptyRoot, extendFrontier, leafHash, nodeHash, rootOf } from '../../ledger/merkle.ts';
import { cosignedMessage, openNote, signatureLine, signNote } from '../../ledger/note.ts';
import { COSIGNATURE_KEY, formatVkey, LOG_KEY, noteSigner, parseSkey, parseVkey } from '../../ledger/note-keys.ts';
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from '../../ledger/proofs.ts';
import { parseEntryTile, parseHashTile, parseTilePath, tileOfNode, tilePath, tilesOf } from '../../ledger/tiles.ts';
import { formatTlogProof, parseTlogProof } from '../../ledger/tlog-proof.ts';

const folder = process.env.OUTPOST_VECTORS;

if (folder === undefined || !existsSync(folder)) {
  describe('public vectors', () => {
    it(`are not at hand: OUTPOST_VECTORS ${folder === undefined ? 'is not set' : 'names no folder'}, only the own vectors were checked`, () => {
      expect(folder === undefined || !existsSync(folder)).toBe(true);
    });
  });
} else {
  checkVectors(folder);
}

function checkVectors(folder: string): void {
  // biome-ignore lint/suspicious/noExplicitAny: other people's files, read as they are
  const read = (name: string): any => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const hex = (text: string): Buffer => Buffer.from(text, 'hex');
  const base64 = (text: string): Buffer => Buffer.from(text, 'base64');

  describe('the public reference tree', () => {
    const vectors = read('merkle-reference-tree.json');
    const leaves: Buffer[] = vectors.leafInputs.map((input: string) => leafHash(hex(input)));
    const levels: string[][] = vectors.completeSubtreeHashesByLevel;
    const node = (level: number, index: number): Buffer => hex(levels[level]![index]!);

    it('has our hashes', () => {
      for (const { op, data, left, right, want } of vectors.hasher) {
        const got = op === 'empty' ? emptyRoot() : op === 'leaf' ? leafHash(hex(data)) : nodeHash(hex(left), hex(right));
        expect(got.toString('hex')).toBe(want);
      }
      const { nodes } = extendFrontier(EMPTY_FRONTIER, leaves);
      for (const { level, index, hash } of nodes) expect(hash).toEqual(node(level, index));
    });

    it('has our roots', () => {
      vectors.rootsBySize.forEach((root: string, size: number) => {
        expect(rootOf(extendFrontier(EMPTY_FRONTIER, leaves.slice(0, size)).frontier).toString('hex')).toBe(root);
      });
    });

    it('has our proofs', () => {
      for (const { index, size, proof } of vectors.inclusionProofs) expect(inclusionProof(index, size, node)).toEqual(proof.map(hex));
      for (const { size1, size2, proof } of vectors.consistencyProofs) expect(consistencyProof(size1, size2, node)).toEqual(proof.map(hex));
    });
  });

  describe('the public proof cases', () => {
    const inclusion = read('merkle-inclusion.json').cases;
    const consistency = read('merkle-consistency.json').cases;

    it(`of inclusion (${inclusion.length}) are judged alike`, () => {
      for (const { id, leafIdx, treeSize, root, leafHash: leaf, proof, valid } of inclusion) {
        expect([id, verifyInclusion(base64(leaf), leafIdx, treeSize, (proof ?? []).map(base64), base64(root))]).toEqual([id, valid]);
      }
    });

    it(`of consistency (${consistency.length}) are judged alike`, () => {
      for (const { id, size1, size2, root1, root2, proof, valid } of consistency) {
        expect([id, verifyConsistency(size1, size2, (proof ?? []).map(base64), base64(root1), base64(root2))]).toEqual([id, valid]);
      }
    });
  });

  describe('the public notes', () => {
    const vectors = read('signed-note.json');

    it(`have keys (${vectors.vkeys.valid.length}) that are read, and no neighbour of one is`, () => {
      for (const key of vectors.vkeys.valid) {
        expect(parseVkey(key)).not.toBeNull();
        for (let i = 0; i < key.length; i++) {
          expect(parseVkey(key.slice(0, i))).toBeNull();
          expect(parseVkey(key.slice(0, i) + String.fromCharCode(key.charCodeAt(i) + 1) + key.slice(i + 1))).toBeNull();
        }
      }
      for (const { vkey } of vectors.vkeys.invalid) expect(parseVkey(vkey)).toBeNull();
    });

    it('are signed alike', () => {
      for (const { skey, text, want } of vectors.sign) expect(signNote(text, parseSkey(skey)!)).toBe(want);
    });

    it.each<string>(vectors.open.map(({ id }: { id: string }) => id))('open alike: %s', (id) => {
      const { msg_b64, verifiers, ok, verified, unverified, error } = vectors.open.find((note: { id: string }) => note.id === id);
      const keys = verifiers.map((key: string) => parseVkey(key)!);
      const opened = openNote(base64(msg_b64), keys);
      if (ok) {
        expect(opened).not.toHaveProperty('problem');
        if ('problem' in opened) return;
        expect(opened.verified.map(({ name }) => name)).toEqual(verified);
        expect(opened.unverified.map(({ name }) => name)).toEqual(unverified);
      } else {
        const problems: Record<string, string> = {
          malformed: 'malformed',
          'ambiguous key': 'ambiguous-key',
          'invalid signature': 'invalid-signature',
          'no verifiable signatures': 'no-known-signature',
        };
        expect(opened).toEqual({ problem: problems[error] });
      }
    });
  });

  describe('the public checkpoints', () => {
    const vectors = read('checkpoints.json');
    const bodyOf = (id: string): NonNullable<ReturnType<typeof parseCheckpointBody>> => {
      const { checkpoint } = vectors.signed.find((each: { id: string }) => each.id === id);
      return parseCheckpointBody(checkpoint.slice(0, checkpoint.lastIndexOf('\n\n') + 1))!;
    };

    it(`(${vectors.signed.length}) open with their logs' keys`, () => {
      for (const { id, vkey, checkpoint } of vectors.signed) {
        const key = parseVkey(vkey)!;
        const opened = openNote(checkpoint, [key]);
        expect([id, 'problem' in opened ? opened.problem : opened.verified.length]).toEqual([id, 1]);
        const body = 'text' in opened ? parseCheckpointBody(opened.text) : null;
        expect(body?.root).toHaveLength(32);
        // The Go checksum database signs under another name than its origin; for all others our stricter way holds.
        if (body?.origin === key.name) expect(openCheckpoint(checkpoint, key)).toMatchObject({ size: body.size });
      }
    });

    it(`have bodies (${vectors.parse.length}) that are read alike, but for roots that are not 32 bytes long`, () => {
      for (const { desc, body, valid } of vectors.parse) {
        const root = base64(body.split('\n')[2] ?? '');
        expect([desc, parseCheckpointBody(body) !== null]).toEqual([desc, valid && root.length === 32]);
      }
    });

    it('are consistent where a proof says so', () => {
      for (const { from, to, proof_hex, valid } of vectors.consistency) {
        const [old, now] = [bodyOf(from), bodyOf(to)];
        expect(verifyConsistency(old.size, now.size, proof_hex.map(hex), old.root, now.root)).toBe(valid);
      }
    });
  });

  describe('the public cosignatures', () => {
    const { messageExample, fixed, signedCheckpoint } = read('cosignature-v1.json');

    it('cover the same message', () => {
      expect(cosignedMessage(messageExample.body, BigInt(messageExample.timestamp))).toBe(messageExample.message);
    });

    it('verify where they must, and are ignored or refused where they must be', () => {
      const raw = base64(noteSigner(fixed.witnessName, hex(fixed.witnessSeed_hex)).vkey.split('+').slice(2).join('+')).subarray(1);
      const witness = parseVkey(formatVkey(fixed.witnessName, COSIGNATURE_KEY, raw))!;
      const body = formatCheckpointBody(fixed.logOrigin, fixed.size, base64(fixed.root_b64));
      expect(openNote(`${body}\n${fixed.validLine}`, [witness])).toMatchObject({ verified: [{ time: fixed.timestamp }] });
      for (const { line } of fixed.ignoredLines) {
        expect(openNote(`${body}\n${line}`, [witness])).toEqual({ problem: 'no-known-signature' });
      }
      const payload = base64(fixed.validLine.trim().split(' ')[2]);
      payload.writeBigUInt64BE(payload.readBigUInt64BE(4) + 1n, 4);
      const moved = signatureLine(witness.name, witness.id, payload.subarray(4));
      expect(openNote(`${body}\n${moved}`, [witness])).toEqual({ problem: 'invalid-signature' });
    });

    it('belong to a checkpoint that no change leaves valid', () => {
      const { logSeed_hex, origin, checkpoint } = signedCheckpoint;
      const key = parseVkey(noteSigner(origin, hex(logSeed_hex)).vkey)!;
      expect(openCheckpoint(checkpoint, key)).toMatchObject({ origin, size: 10 });
      const line: string = checkpoint.trim().split('\n').at(-1);
      const payload = base64(line.split(' ')[2]!);
      const flipped = (at: number): string => {
        const copy = Buffer.from(payload);
        copy[at]! ^= 1;
        return checkpoint.replace(payload.toString('base64'), copy.toString('base64'));
      };
      const changed = [
        checkpoint.replace('sigsum', 'sigsun'),
        flipped(0),
        checkpoint.replace('\n10\n', '\n11\n'),
        checkpoint.replace('HA5H', 'HA5I'),
        flipped(40),
      ];
      for (const note of changed) expect(openCheckpoint(note, key)).toHaveProperty('problem');
    });
  });

  describe('the public tiled log', () => {
    const vectors = read('tiles.json');
    const files: [string, Buffer][] = Object.entries<string>(vectors.log.files).map(([path, bytes]) => [path, base64(bytes)]);
    const file = (path: string): Buffer => files.find(([name]) => name === path)![1];

    it(`(${files.length} files) has our leaves, and the roots that its checkpoints sign`, () => {
      const signed: { id: string; checkpoint: string }[] = read('checkpoints.json').signed;
      for (let size = 1; size <= 15; size++) {
        const leaves = parseHashTile(file(`tile/0/000.p/${size}`), size)!;
        expect(parseEntryTile(file(`tile/entries/000.p/${size}`), size)!.map(leafHash)).toEqual(leaves);
        const { checkpoint } = signed.find(({ id }) => id === `tessera-testdata-${size}`)!;
        const root = parseCheckpointBody(checkpoint.slice(0, checkpoint.lastIndexOf('\n\n') + 1))!.root;
        expect(rootOf(extendFrontier(EMPTY_FRONTIER, leaves).frontier)).toEqual(root);
        expect([...tilesOf(size)].map(tilePath)).toEqual([`tile/0/000.p/${size}`]);
      }
    });

    it(`has paths (${vectors.tilePath.length + vectors.entriesPathForIndex.length} written, ${vectors.parsePath.length} read) like ours`, () => {
      for (const { level, index, p, path } of vectors.tilePath) expect(tilePath({ level, index, width: p || 256 })).toBe(path);
      for (const { seq, size, path } of vectors.entriesPathForIndex) {
        const index = Math.floor(seq / 256);
        expect(tilePath({ level: 'entries', index, width: Math.min(256, size - index * 256) })).toBe(path);
      }
      for (const { level, index, want } of vectors.parsePath) {
        const read = want === null ? null : { level: want.level, index: BigInt(want.index), width: want.p || 256 };
        expect([index, parseTilePath(`tile/${level}/${index}`)]).toEqual([index, read]);
      }
    });

    it('has nodes where ours are, and partial tiles as wide', () => {
      for (const { level, index, tile } of vectors.nodeToTile) {
        const found = tileOfNode(level, index);
        expect([found.tile.level, found.tile.index, found.within.level, found.within.index]).toEqual(tile);
      }
      for (const { size, full, partial } of vectors.partialWidths) {
        const tiles = [...tilesOf(size)];
        const counted: Record<string, number> = {};
        for (const { level } of tiles.filter(({ width }) => width === 256)) counted[level] = (counted[level] ?? 0) + 1;
        expect(counted).toEqual(full);
        expect(Object.fromEntries(tiles.filter(({ width }) => width < 256).map(({ level, width }) => [level, width]))).toEqual(partial);
      }
    });
  });

  describe('the public proof texts', () => {
    const { marshal, invalid } = read('tlog-proof.json');

    it(`(${marshal.length}) are written and read alike`, () => {
      for (const { index, hashes, extra, checkpoint, want } of marshal) {
        const proof = { index, hashes: hashes.map(base64), extra: extra === null ? null : base64(extra), checkpoint };
        expect(formatTlogProof(proof)).toBe(want);
        expect(parseTlogProof(want)).toEqual(proof);
      }
    });

    it(`(${invalid.length}) are refused alike`, () => {
      for (const { why, text } of invalid) expect([why, parseTlogProof(text)]).toEqual([why, null]);
    });
  });

  describe('the public witness', () => {
    const { sequence, update } = read('witness-add-checkpoint.json');
    const { signed, consistency } = read('checkpoints.json');
    const note = (id: string): string => signed.find((each: { id: string }) => each.id === id).checkpoint;
    const stateOf = (id: string): WitnessedState => parseCheckpointBody(note(id).slice(0, note(id).lastIndexOf('\n\n') + 1))!;

    it(`answers a session of ${sequence.steps.length} requests alike`, () => {
      const key = parseVkey(formatVkey(sequence.origin, LOG_KEY, hex(sequence.logKey_hex)))!;
      let latest: WitnessedState | null = null;
      for (const { request_b64, status, statusNow, bodyEquals } of sequence.steps) {
        const opened = openAddCheckpoint(base64(request_b64).toString(), (origin) => (origin === key.name ? key : null));
        const judged: ReturnType<typeof judgeCheckpoint> =
          'status' in opened ? opened : judgeCheckpoint(latest, opened.request.oldSize, opened.request.proof, opened.checkpoint);
        expect('status' in judged ? judged.status : 200).toBe(statusNow ?? status);
        if (bodyEquals !== undefined) expect('status' in judged && judged.status === 409 ? `${judged.size}\n` : null).toBe(bodyEquals);
        if (!('status' in judged)) latest = judged;
      }
      expect([latest!.size, latest!.root.toString('hex')]).toEqual([sequence.finalSize, sequence.finalRoot_hex]);
    });

    it(`updates its record alike (${update.cases.length} cases)`, () => {
      const key = parseVkey(update.logVkey)!;
      for (const { desc, init, oldSize, new: next, proof, proof_hex, ok, status } of update.cases) {
        expect(openCheckpoint(note(next), key)).toMatchObject({ size: stateOf(next).size });
        const hashes: Buffer[] = (proof_hex ?? (proof === null ? [] : consistency[0].proof_hex)).map(hex);
        const judged = judgeCheckpoint(stateOf(init), oldSize, hashes, stateOf(next));
        expect([desc, 'status' in judged ? judged.status : 200]).toEqual([desc, ok ? 200 : status]);
      }
    });

    it('is never rolled back by two requests that race', () => {
      // The one that stored second is judged by what is stored then: see `judgeCheckpoint`.
      const session = sequence.steps.filter(({ status }: { status: number }) => status === 200);
      const opened = session.map(({ request_b64 }: { request_b64: string }) =>
        openAddCheckpoint(base64(request_b64).toString(), (origin) => parseVkey(formatVkey(origin, LOG_KEY, hex(sequence.logKey_hex)))),
      );
      const [, slow, fast] = opened;
      const stale = judgeCheckpoint(fast.checkpoint, slow.request.oldSize, slow.request.proof, slow.checkpoint);
      expect(stale).toEqual({ status: 409, size: 5 });
    });
  });

  it('the public HTTP signature (RFC 9421, B.2.6) is an Ed25519 signature over its signature base; deriving that base is not this room', () => {
    const { publicKey_b64url, signatureBase, signature } = read('http-signature-ed25519.json');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey_b64url }, format: 'jwk' });
    const bytes = base64(/^sig-b26=:(.*):$/.exec(signature)![1]!);
    expect(verify(null, Buffer.from(signatureBase), key, bytes)).toBe(true);
    expect(verify(null, Buffer.from(`${signatureBase} `), key, bytes)).toBe(false);
  });

  it('the public Sigsum proof holds end to end: log signature, witness, inclusion', () => {
    const { logKeySsh, witnessKeySsh, proof } = read('sigsum-proof.json');
    const rawKey = (ssh: string): Buffer => base64(ssh.split(' ')[1]!).subarray(-32);
    const field = (name: string): string[][] =>
      [...proof.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map((match: RegExpMatchArray) => match[1]!.split(' '));
    const origin = `sigsum.org/v1/tree/${createHash('sha256').update(rawKey(logKeySsh)).digest('hex')}`;
    const size = Number(field('size')[0]![0]);
    const root = hex(field('root_hash')[0]![0]!);
    const log = parseVkey(formatVkey(origin, LOG_KEY, rawKey(logKeySsh)))!;
    const witness = parseVkey(formatVkey('witness.example', COSIGNATURE_KEY, rawKey(witnessKeySsh)))!;
    const [, time, signature] = field('cosignature')[0]!;
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(BigInt(time!));
    const note =
      `${formatCheckpointBody(origin, size, root)}\n${signatureLine(log.name, log.id, hex(field('signature')[0]![0]!))}` +
      signatureLine(witness.name, witness.id, Buffer.concat([stamp, hex(signature!)]));
    expect(openCheckpoint(note, log, [witness])).toMatchObject({ size, cosignatures: [{ time: Number(time) }] });
    const [keyHash, leafSignature] = field('leaf')[0]!;
    const message = createHash('sha256')
      .update(hex(read('sigsum-proof.json').message_hex))
      .digest();
    const checksum = createHash('sha256').update(message).digest();
    const candidates = [message, checksum].map((sum) => leafHash(Buffer.concat([sum, hex(leafSignature!), hex(keyHash!)])));
    const path = field('node_hash').map(([hash]) => hex(hash!));
    const index = Number(field('leaf_index')[0]![0]);
    expect(candidates.filter((leaf) => verifyInclusion(leaf, index, size, path, root))).toHaveLength(1);
  });
}
