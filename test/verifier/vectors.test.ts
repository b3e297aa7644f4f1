/**
 * The verifier's own arithmetic against known answers: some derived by the naive tree beside this test, some taken from the RFCs and C2SP,
 * and, where OUTPOST_VECTORS names a folder with them, all that other implementations published.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyRoot, leafHash, nodeHash, rootOf, rootOfLevels, tileAt, verifyConsistency, verifyInclusion } from '../../verifier/merkle.ts';
import { openNote, parseCheckpoint, parseHashes, parseProof, parseVkey } from '../../verifier/note.ts';
import { SampleLog, signer } from './sample-log.ts';
import { consistencyPath, hashLeaf, hashTiles, inclusionPath, treeRoot } from './sample-tree.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const base64 = (text: string): Buffer => Buffer.from(text, 'base64');
const leaves = Array.from({ length: 33 }, (_, i) => hashLeaf(Buffer.from(`entry ${i}`)));

describe('derived vectors', () => {
  it('hash as RFC 6962 says', () => {
    expect(emptyRoot().toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(leafHash(Buffer.alloc(0)).toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    expect(nodeHash(Buffer.from('N123'), Buffer.from('N456')).toString('hex')).toBe(
      'aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb',
    );
    for (let n = 0; n <= leaves.length; n++) {
      expect(rootOf(leaves.slice(0, n))).toEqual(treeRoot(leaves.slice(0, n)));
      expect(rootOfLevels([leaves.slice(0, n)])).toEqual(treeRoot(leaves.slice(0, n)));
    }
  });

  it('accept the one inclusion proof of every leaf in every small tree, and no other', () => {
    for (let n = 1; n <= leaves.length; n++) {
      const tree = leaves.slice(0, n);
      const root = treeRoot(tree);
      for (let i = 0; i < n; i++) {
        const path = inclusionPath(i, tree);
        expect(verifyInclusion(tree[i]!, i, n, path, root)).toBe(true);
        const wrong = [
          verifyInclusion(tree[i]!, i + 1, n, path, root),
          verifyInclusion(tree[i]!, i, n, [...path, root], root),
          verifyInclusion(leaves[(i + 1) % leaves.length]!, i, n, path, root),
          path.length > 0 && verifyInclusion(tree[i]!, i, n, path.slice(1), root),
          path.length > 0 && verifyInclusion(tree[i]!, i, n, path.with(0, emptyRoot()), root),
        ];
        expect(wrong).not.toContain(true);
      }
    }
  });

  it('accept the one consistency proof of every pair of small trees, and no other', () => {
    for (let n = 1; n <= leaves.length; n++) {
      const root = treeRoot(leaves.slice(0, n));
      for (let m = 1; m <= n; m++) {
        const old = treeRoot(leaves.slice(0, m));
        const path = consistencyPath(m, leaves.slice(0, n));
        expect(verifyConsistency(m, n, path, old, root)).toBe(true);
        expect(verifyConsistency(m, n, [...path, root], old, root)).toBe(false);
        expect(verifyConsistency(m, n, path, emptyRoot(), root)).toBe(false);
        expect(verifyConsistency(m, n, path, old, emptyRoot())).toBe(false);
        if (path.length > 0) expect(verifyConsistency(m, n, path.slice(1), old, root)).toBe(false);
      }
      expect(verifyConsistency(0, n, [], emptyRoot(), root)).toBe(false);
      expect(verifyConsistency(n + 1, n, [], root, root)).toBe(false);
    }
  });

  it('find tiles where tlog-tiles keeps them', () => {
    expect(tileAt(0, 0, 300)).toEqual({ path: 'tile/0/000', width: 256 });
    expect(tileAt(0, 1, 300)).toEqual({ path: 'tile/0/001.p/44', width: 44 });
    expect(tileAt(1, 0, 300)).toEqual({ path: 'tile/1/000.p/1', width: 1 });
    expect(tileAt('entries', 1_234_067, 2 ** 40).path).toBe('tile/entries/x001/x234/067');
    expect(tileAt(15, 455_667, 2 ** 53 * 256 ** 13).path).toBe('tile/15/x455/667');
    const many = Array.from({ length: 70_000 }, (_, i) => Buffer.alloc(32, i));
    const paths = [...hashTiles(many).keys()];
    expect(paths).toContain(tileAt(0, 273, 70_000).path);
    expect(paths).toContain(tileAt(1, 1, 70_000).path);
    expect(paths).toContain(tileAt(2, 0, 70_000).path);
  });

  it('read a vkey in one spelling only', () => {
    const { vkey } = signer('example.org/log', 1);
    expect(parseVkey(vkey)).toMatchObject({ name: 'example.org/log', kind: 'log' });
    expect(parseVkey(signer('example.org/witness', 4).vkey)).toMatchObject({ kind: 'witness' });
    for (let i = 0; i < vkey.length; i++) {
      expect(parseVkey(vkey.slice(0, i))).toBeNull();
      expect(parseVkey(vkey.slice(0, i) + String.fromCharCode(vkey.charCodeAt(i) + 1) + vkey.slice(i + 1))).toBeNull();
    }
  });

  it('open a note as signed-note says: known keys must hold and be known once, unknown ones are ignored', () => {
    const [log, witness] = [signer('example.org/log', 1), signer('example.org/witness', 4)];
    const text = 'any text\n';
    const note = (...lines: string[]): Buffer => Buffer.from(`${text}\n${lines.join('')}`);
    const keys = [parseVkey(log.vkey)!, parseVkey(witness.vkey)!];
    expect(openNote(note(log.line(text), witness.line(text, 7)), keys)).toMatchObject({
      text,
      verified: [{ time: null }, { time: 7 }],
      unknown: [],
    });
    expect(openNote(note(log.line(text), witness.line(text, 7)), keys.slice(1))).toMatchObject({
      verified: [{ time: 7 }],
      unknown: ['example.org/log'],
    });
    expect(openNote(note(log.line(text), log.line('other\n')), keys)).toMatchObject({ verified: [{ time: null }] });
    expect(openNote(note(witness.line(text, 253_402_300_799)), keys)).toMatchObject({ verified: [{ time: 253_402_300_799 }] });
    expect(openNote(note(witness.line(text, 253_402_300_800)), keys)).toEqual({ problem: 'invalid-signature' });
    expect(openNote(note(log.line('other\n')), keys)).toEqual({ problem: 'invalid-signature' });
    expect(openNote(note(witness.line(text)), keys)).toEqual({ problem: 'invalid-signature' });
    expect(openNote(note(log.line(text)), [...keys, ...keys])).toEqual({ problem: 'ambiguous-key' });
    for (const bytes of [
      '',
      text,
      `${text}\n`,
      `${text}\n${log.line(text)}x`,
      `${text}\n${log.line(text)}\n`,
      `${text}\n${log.line(text).replace('\u2014', '-')}`,
      `\u0007${text}\n${log.line(text)}`,
    ]) {
      expect([bytes, openNote(Buffer.from(bytes), keys)]).toEqual([bytes, { problem: 'malformed' }]);
    }
    expect(openNote(Buffer.concat([Buffer.of(255), note(log.line(text))]), keys)).toEqual({ problem: 'malformed' });
  });

  it('read a checkpoint and a proof strictly', () => {
    const root = emptyRoot().toString('base64');
    expect(parseCheckpoint(`o\n0\n${root}\n`)).toMatchObject({ origin: 'o', size: 0 });
    expect(parseCheckpoint(`o\n7\n${root}\nmore\n`)).toMatchObject({ size: 7 });
    for (const text of [
      '',
      'o\n',
      `o\n7\n${root}`,
      `\n7\n${root}\n`,
      `o\n07\n${root}\n`,
      `o\n-7\n${root}\n`,
      `o\n7.0\n${root}\n`,
      `o\n9007199254740993\n${root}\n`,
      `o\n7\n${root.slice(4)}\n`,
      `o\n7\n${root}=\n`,
      `o\n7\n${root}\n\n`,
    ]) {
      expect([text, parseCheckpoint(text)]).toEqual([text, null]);
    }
    const log = new SampleLog(signer('o', 1));
    log.append('a');
    const receipt = log.receipt(1);
    expect(parseProof(Buffer.from(receipt), 'r')).toMatchObject({ index: 1 });
    expect(parseProof(Buffer.from(receipt.replace('\nindex', '\nextra ZXh0cmE=\nindex')), 'r')).toMatchObject({ index: 1 });
    for (const text of [
      receipt.replace('\nindex', '\nextra !\nindex'),
      receipt.replace('index 1', 'index -1'),
      receipt.replace('\n\n', '\n'),
      receipt.slice(0, 40),
    ]) {
      expect(() => parseProof(Buffer.from(text), 'r')).toThrow('is not a c2sp.org/tlog-proof@v1');
    }
    expect(parseHashes([root, 'x'])).toBeNull();
  });
});

const folder = process.env.OUTPOST_VECTORS;

if (folder === undefined || !existsSync(folder)) {
  it(`public vectors are not at hand: OUTPOST_VECTORS ${folder === undefined ? 'is not set' : 'names no folder'}, only the derived ones were checked`, () => {
    expect(folder === undefined || !existsSync(folder)).toBe(true);
  });
} else {
  checkPublic(folder);
}

function checkPublic(folder: string): void {
  // biome-ignore lint/suspicious/noExplicitAny: other people's files, read as they are
  const read = (name: string): any => JSON.parse(readFileSync(join(folder, name), 'utf8'));

  describe('public vectors', () => {
    const reference = read('merkle-reference-tree.json');
    const inclusion = read('merkle-inclusion.json').cases;
    const consistency = read('merkle-consistency.json').cases;

    it('have our hashes, roots and proofs', () => {
      const inputs: Buffer[] = reference.leafInputs.map((input: string) => leafHash(hex(input)));
      reference.rootsBySize.forEach((root: string, size: number) => {
        expect(rootOf(inputs.slice(0, size)).toString('hex')).toBe(root);
      });
      for (const { index, size, proof } of reference.inclusionProofs) {
        expect(verifyInclusion(inputs[index]!, index, size, proof.map(hex), hex(reference.rootsBySize[size]))).toBe(true);
      }
      for (const { size1, size2, proof } of reference.consistencyProofs) {
        if (size1 === 0) continue;
        expect(verifyConsistency(size1, size2, proof.map(hex), hex(reference.rootsBySize[size1]), hex(reference.rootsBySize[size2]))).toBe(
          true,
        );
      }
    });

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

    it('of notes are judged alike', () => {
      const { vkeys, open } = read('signed-note.json');
      for (const key of vkeys.valid) expect(parseVkey(key)).not.toBeNull();
      for (const { vkey } of vkeys.invalid) expect(parseVkey(vkey)).toBeNull();
      const problems: Record<string, string> = {
        malformed: 'malformed',
        'ambiguous key': 'ambiguous-key',
        'invalid signature': 'invalid-signature',
      };
      for (const { id, msg_b64, verifiers, ok, verified, unverified, error } of open) {
        const opened = openNote(base64(msg_b64), verifiers.map(parseVkey));
        const problem = problems[error];
        if (problem !== undefined) expect([id, opened]).toEqual([id, { problem }]);
        else if (ok)
          expect([id, 'text' in opened && opened.verified.map(({ key }) => key.name), 'text' in opened && opened.unknown]).toEqual([
            id,
            verified,
            unverified,
          ]);
        else expect([id, opened]).toMatchObject([id, { verified: [] }]);
      }
    });

    it('of checkpoints are judged alike, but for roots that are not 32 bytes long', () => {
      const { signed, parse } = read('checkpoints.json');
      for (const { id, vkey, checkpoint } of signed) {
        const opened = openNote(Buffer.from(checkpoint), [parseVkey(vkey)!]);
        expect([id, opened]).toMatchObject([id, { verified: [{ time: null }] }]);
        expect(parseCheckpoint((opened as { text: string }).text)?.root).toHaveLength(32);
      }
      for (const { desc, body, valid } of parse) {
        expect([desc, parseCheckpoint(body) !== null]).toEqual([desc, valid && base64(body.split('\n')[2] ?? '').length === 32]);
      }
    });

    it('of proofs are read alike, and the invalid ones not at all', () => {
      const { marshal, invalid } = read('tlog-proof.json');
      for (const { index, hashes, checkpoint, want } of marshal) {
        expect(parseProof(Buffer.from(want), 'v')).toEqual({ index, hashes: hashes.map(base64), checkpoint: Buffer.from(checkpoint) });
      }
      for (const { why, text } of invalid) expect(() => parseProof(Buffer.from(text), 'v'), why).toThrow();
    });

    it('of tiles lie where they must', () => {
      const { tilePath, entriesPathForIndex, log } = read('tiles.json');
      for (const { level, index, p, path } of tilePath)
        expect(tileAt(level, index, (index + 1) * 256 ** (level + 1) - (p === 0 ? 0 : 256 - p) * 256 ** level).path).toBe(path);
      for (const { seq, size, path } of entriesPathForIndex) expect(tileAt('entries', Math.floor(seq / 256), size).path).toBe(path);
      const hashes = base64(log.files['tile/0/000.p/15']);
      const entries = base64(log.files['tile/entries/000.p/15']);
      for (let i = 0, at = 0; i < 15; i++) {
        const end = at + 2 + entries.readUInt16BE(at);
        expect(leafHash(entries.subarray(at + 2, end))).toEqual(hashes.subarray(i * 32, i * 32 + 32));
        at = end;
      }
    });

    it('of cosignatures hold, are ignored or refused', () => {
      const { fixed } = read('cosignature-v1.json');
      const raw = base64(signer(fixed.witnessName, 4).vkey.split('+').slice(2).join('+'));
      expect(raw).toHaveLength(33);
      const seed = hex(fixed.witnessSeed_hex);
      const witness = parseVkey(signer(fixed.witnessName, 4, seed).vkey)!;
      const body = `${fixed.logOrigin}\n${fixed.size}\n${fixed.root_b64}\n`;
      expect(openNote(Buffer.from(`${body}\n${fixed.validLine}`), [witness])).toMatchObject({ verified: [{ time: fixed.timestamp }] });
      for (const { line } of fixed.ignoredLines)
        expect(openNote(Buffer.from(`${body}\n${line}`), [witness])).toMatchObject({ verified: [] });
      expect(openNote(Buffer.from(`${body.replace('\n10\n', '\n11\n')}\n${fixed.validLine}`), [witness])).toEqual({
        problem: 'invalid-signature',
      });
    });

    it('of a Sigsum proof hold end to end: log, witness, inclusion', () => {
      const { logKeySsh, witnessKeySsh, proof, message_hex } = read('sigsum-proof.json');
      const field = (name: string): string[][] =>
        [...proof.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map((match: RegExpMatchArray) => match[1]!.split(' '));
      const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
      const keyOf = (name: string, type: number, ssh: string) => {
        const key = Buffer.concat([Buffer.of(type), base64(ssh.split(' ')[1]!).subarray(-32)]);
        const id = sha256(Buffer.concat([Buffer.from(`${name}\n`), key])).subarray(0, 4);
        return { key: parseVkey(`${name}+${id.toString('hex')}+${key.toString('base64')}`)!, id };
      };
      const origin = `sigsum.org/v1/tree/${sha256(base64(logKeySsh.split(' ')[1]!).subarray(-32)).toString('hex')}`;
      const [log, witness] = [keyOf(origin, 1, logKeySsh), keyOf('witness.example', 4, witnessKeySsh)];
      const [size, root] = [Number(field('size')[0]![0]), hex(field('root_hash')[0]![0]!)];
      const [, time, signature] = field('cosignature')[0]!;
      const stamp = Buffer.alloc(8);
      stamp.writeBigUInt64BE(BigInt(time!));
      const line = (name: string, ...parts: Buffer[]): string => `\u2014 ${name} ${Buffer.concat(parts).toString('base64')}\n`;
      const note = `${origin}\n${size}\n${root.toString('base64')}\n\n${line(origin, log.id, hex(field('signature')[0]![0]!))}${line('witness.example', witness.id, stamp, hex(signature!))}`;
      expect(openNote(Buffer.from(note), [log.key, witness.key])).toMatchObject({ verified: [{ time: null }, { time: Number(time) }] });
      const [keyHash, leafSignature] = field('leaf')[0]!;
      const message = sha256(hex(message_hex));
      const candidates = [message, sha256(message)].map((sum) => leafHash(Buffer.concat([sum, hex(leafSignature!), hex(keyHash!)])));
      const path = field('node_hash').map(([hash]) => hex(hash!));
      expect(candidates.filter((leaf) => verifyInclusion(leaf, Number(field('leaf_index')[0]![0]), size, path, root))).toHaveLength(1);
    });
  });
}
