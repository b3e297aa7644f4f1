import { createCipheriv, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openIdentity, sealIdentity } from '../../../branch/keys/seal-identity.ts';
import { sealedIdentity } from '../../../contract/entry-base.ts';

const identity = { name: 'Zoë Example', id_number: '850101-1234', birth_date: '1985-01-01' };

describe('a sealed identity', () => {
  it('opens with its key alone, and is of the contract’s form', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), (fields) => {
        const { sealed, identityKey } = sealIdentity(fields);
        expect(sealedIdentity.parse(sealed)).toEqual(sealed);
        expect(openIdentity(sealed, identityKey)).toEqual({ ...fields });
        expect(openIdentity(sealed, sealIdentity(fields).identityKey)).toBeNull();
      }),
    );
  });

  it('shows nothing of the person, and never the same twice', () => {
    const [a, b] = [sealIdentity(identity), sealIdentity(identity)];
    // Whole words only: two letters come up in Base64 by chance.
    const bytes = Object.values(a.sealed).map((text) => `${text} ${Buffer.from(text, 'base64').toString('latin1')}`);
    expect(bytes.join(' ')).not.toMatch(/Example|850101-1234|1985-01-01/);
    for (const field of ['kid', 'nonce', 'ct', 'kc'] as const) expect(a.sealed[field]).not.toBe(b.sealed[field]);
  });

  it('has a key, a name and a nonce that no other has, through several supplies of random bytes', () => {
    const all = Array.from({ length: 300 }, () => sealIdentity(identity));
    const given = all.flatMap(({ sealed, identityKey }) => [identityKey.toString('hex'), sealed.kid, sealed.nonce]);
    expect(new Set(given).size).toBe(900);
    for (const { sealed, identityKey } of all) expect(openIdentity(sealed, identityKey)).toEqual(identity);
  });

  it('commits to its key as the contract says', () => {
    const { sealed, identityKey } = sealIdentity(identity);
    expect(sealed.kc).toBe(createHmac('sha256', identityKey).update('outpost/key-commitment/v1').digest('base64'));
  });

  it('does not open when anything of it was changed', () => {
    const { sealed, identityKey } = sealIdentity(identity);
    for (const field of ['nonce', 'ct', 'tag', 'kc'] as const) {
      const bytes = Buffer.from(sealed[field], 'base64');
      for (const at of [0, bytes.length - 1]) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= 1;
        expect(openIdentity({ ...sealed, [field]: changed.toString('base64') }, identityKey)).toBeNull();
      }
      expect(openIdentity({ ...sealed, [field]: '' }, identityKey)).toBeNull();
    }
    expect(openIdentity({ ...sealed, kid: 'another' }, identityKey)).toBeNull();
  });

  it('does not open under a second key whose ciphertext is in order but whose commitment is not', () => {
    const { sealed } = sealIdentity(identity);
    const second = Buffer.alloc(32, 5);
    const cipher = createCipheriv('aes-256-gcm', second, Buffer.from(sealed.nonce, 'base64'));
    cipher.setAAD(Buffer.from(sealed.kid));
    const ct = Buffer.concat([cipher.update('{"name":"Somebody Else"}'), cipher.final()]);
    const other = { ...sealed, ct: ct.toString('base64'), tag: cipher.getAuthTag().toString('base64') };
    expect(openIdentity(other, second)).toBeNull();
  });
});
