import { describe, expect, it } from 'vitest';
import { formatVkey, LOG_KEY, noteSigner, parseVkey } from '../../ledger/note-keys.ts';
import { quorumTimes, readWitnessPolicy } from '../../ledger/witness-policy.ts';
import { witnessNamed } from '../support/witnesses.ts';

const [a, b, c] = ['a', 'b', 'c'].map((name) => witnessNamed(name).vkey) as [string, string, string];
const at = (...times: number[]) => times.map((time, i) => ({ name: `w${i}`, id: '00000000', time }));

describe('a witness policy', () => {
  it('names witnesses and how many of them it takes', () => {
    expect(readWitnessPolicy([a, b, c], 2)).toMatchObject({ quorum: 2, witnesses: [{ name: 'witness.invalid/a' }, {}, {}] });
  });

  it('is refused where it could be met by fewer than it says, or never', () => {
    const raw = Buffer.from(String(parseVkey(a)!.publicKey.export({ format: 'jwk' }).x), 'base64url');
    for (const [vkeys, quorum] of [
      [[a, b], 0],
      [[a, b], 3],
      [[a, b], 1.5],
      [[], 1],
      [[a, a], 1],
      [[a, formatVkey('witness.invalid/other', 0x04, raw)], 1],
      [[a, noteSigner('log', Buffer.alloc(32, 1)).vkey], 1],
      [[a, formatVkey('log', LOG_KEY, raw)], 1],
      [[a, 'no key'], 1],
    ] as const) {
      expect(readWitnessPolicy(vkeys, quorum)).toBeNull();
    }
  });
});

describe('the times of a quorum', () => {
  it('leave out of account as many clocks as may be wrong', () => {
    expect(quorumTimes(at(50, 10, 30), 1)).toEqual({ since: 50, until: 10 });
    expect(quorumTimes(at(50, 10, 30), 2)).toEqual({ since: 30, until: 30 });
    expect(quorumTimes(at(50, 10, 30), 3)).toEqual({ since: 10, until: 50 });
  });

  it('are none without a quorum', () => {
    expect(quorumTimes(at(50), 2)).toBeNull();
    expect(quorumTimes([], 1)).toBeNull();
    expect(quorumTimes([{ name: 'log', id: '00000000' }], 1)).toBeNull();
  });
});
