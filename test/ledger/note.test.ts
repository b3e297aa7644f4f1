import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosignedMessage, openNote, signatureLine, signNote } from '../../ledger/note.ts';
import { COSIGNATURE_KEY, formatVkey, noteSigner, parseSkey, parseVkey } from '../../ledger/note-keys.ts';

const seed = (name: string): Buffer => createHash('sha256').update(name).digest();
const branch = noteSigner('outpost.invalid/branch-1/epoch-1', seed('branch'));
const other = noteSigner('outpost.invalid/branch-2/epoch-1', seed('other'));
const branchKey = parseVkey(branch.vkey)!;
const otherKey = parseVkey(other.vkey)!;
const text = 'What was decided\nstays decided.\n';

describe('note keys', () => {
  it('survive being written and read', () => {
    expect(branchKey).toMatchObject({ name: branch.name, id: branch.id, type: 1 });
    expect(parseSkey(branch.skey)?.vkey).toBe(branch.vkey);
    const id = createHash('sha256')
      .update(`${branch.name}\n\u0001`)
      .update(Buffer.from(branch.vkey.split('+').slice(2).join('+'), 'base64').subarray(1));
    expect(branch.id).toBe(id.digest('hex').slice(0, 8));
  });

  it('are refused when cut short or with any byte raised by one', () => {
    for (const key of [branch.vkey, other.vkey]) {
      for (let i = 0; i < key.length; i++) {
        expect(parseVkey(key.slice(0, i))).toBeNull();
        expect(parseVkey(key.slice(i + 1))).toBeNull();
        expect(parseVkey(key.slice(0, i) + String.fromCharCode(key.charCodeAt(i) + 1) + key.slice(i + 1))).toBeNull();
      }
    }
    expect(parseVkey(branch.skey)).toBeNull();
    expect(parseSkey(branch.vkey)).toBeNull();
    expect(parseSkey(branch.skey.replace(branch.id, other.id))).toBeNull();
  });

  it('cannot be made with a name that a signature line could not carry', () => {
    for (const name of ['', 'a b', 'a+b', 'a\nb', 'a\u00a0b']) expect(() => noteSigner(name, seed('x'))).toThrow(TypeError);
    expect(() => noteSigner('short', Buffer.alloc(31))).toThrow(TypeError);
  });
});

describe('signed notes', () => {
  it('open with the key that signed, and name the keys that are not known', () => {
    const note = signNote(text, branch) + signNote(text, other).slice(text.length + 1);
    expect(openNote(note, [branchKey])).toEqual({
      text,
      verified: [{ name: branch.name, id: branch.id }],
      unverified: [{ name: other.name, id: other.id }],
    });
    expect(openNote(note, [branchKey, otherKey])).toMatchObject({
      verified: [{ name: branch.name }, { name: other.name }],
      unverified: [],
    });
  });

  it('are refused whole when one known signature fails, though another holds', () => {
    const wrong = signatureLine(other.name, other.id, Buffer.alloc(64, 7));
    const note = signNote(text, branch) + wrong;
    expect(openNote(note, [branchKey, otherKey])).toEqual({ problem: 'invalid-signature' });
    expect(openNote(note, [branchKey])).toMatchObject({ verified: [{ name: branch.name }] });
  });

  it('need one known key, and no key twice', () => {
    const note = signNote(text, branch);
    expect(openNote(note, [])).toEqual({ problem: 'no-known-signature' });
    expect(openNote(note, [otherKey])).toEqual({ problem: 'no-known-signature' });
    expect(openNote(note, [branchKey, branchKey])).toEqual({ problem: 'ambiguous-key' });
    expect(openNote(note + note.split('\n\n')[1], [branchKey])).toMatchObject({ verified: [{ name: branch.name }] });
  });

  it.each([
    ['no signatures', text],
    ['a blank line only', `${text}\n`],
    ['no final newline', signNote(text, branch).slice(0, -1)],
    ['a control character', `\u0001${signNote(text, branch)}`],
    ['a carriage return', signNote(text, branch).replaceAll('\n', '\r\n')],
    ['a line that is no signature', `${signNote(text, branch)}unexpected\n`],
    ['a hyphen for the dash', signNote(text, branch).replace('\u2014', '-')],
    ['a name with a plus', signNote(text, branch).replace(branch.name, 'a+b')],
    ['two spaces', signNote(text, branch).replace(`${branch.name} `, `${branch.name}  `)],
    ['base64 without padding', signNote(text, branch).replace('=\n', '\n')],
    ['a signature of no bytes', `${text}\n\u2014 a AAAAAA==\n`],
    ['too many signatures', `${text}\n${signatureLine(branch.name, branch.id, Buffer.alloc(64)).repeat(101)}`],
    ['more than a megabyte', signNote(`${'a'.repeat(1_000_000)}\n`, branch)],
  ])('are malformed with %s', (_, note) => {
    expect(openNote(note, [branchKey])).toEqual({ problem: 'malformed' });
  });

  it('are malformed when not UTF-8', () => {
    expect(openNote(Buffer.concat([Buffer.from([0xff]), Buffer.from(signNote(text, branch))]), [branchKey])).toEqual({
      problem: 'malformed',
    });
  });

  it('never open after any one byte was changed, and never crash', () => {
    const note = Buffer.from(signNote(text, branch));
    fc.assert(
      fc.property(fc.nat(note.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(note);
        changed[at]! ^= change;
        expect(openNote(changed, [branchKey])).toHaveProperty('problem');
      }),
      { numRuns: 500 },
    );
  });

  it('refuse to sign what could not be read back', () => {
    for (const bad of ['', 'no newline', 'a\ttab\n', 'a lone \ud800\n']) expect(() => signNote(bad, branch)).toThrow(TypeError);
  });
});

describe('cosignatures', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const witness = parseVkey(formatVkey('audit.example/witness', COSIGNATURE_KEY, raw))!;
  const cosign = (time: bigint, claimed = time): string => {
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(claimed);
    return signatureLine(
      witness.name,
      witness.id,
      Buffer.concat([stamp, sign(null, Buffer.from(cosignedMessage(text, time)), privateKey)]),
    );
  };

  it('verify with the time that they cover', () => {
    const opened = openNote(signNote(text, branch) + cosign(1_679_315_147n), [branchKey, witness]);
    expect(opened).toMatchObject({ verified: [{ name: branch.name }, { name: witness.name, time: 1_679_315_147 }] });
  });

  it('fail when their time was moved, or they are cut', () => {
    expect(openNote(signNote(text, branch) + cosign(1000n, 1001n), [branchKey, witness])).toEqual({ problem: 'invalid-signature' });
    const short = signatureLine(witness.name, witness.id, Buffer.alloc(64));
    expect(openNote(signNote(text, branch) + short, [branchKey, witness])).toEqual({ problem: 'invalid-signature' });
  });
});
