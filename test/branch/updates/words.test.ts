/** Names, times and errors: what is decided in one place, held line by line. */
import { LengthOrHashMismatchError, UnsignedMetadataError } from '@tufjs/models/dist/error.js';
import { BadVersionError, ExpiredMetadataError, PersistError, RepositoryError } from 'tuf-js/dist/error.js';
import { afterAll, describe, expect, it } from 'vitest';
import { LinkError } from '../../../branch/updates/link-error.ts';
import { addressOf } from '../../../branch/updates/open-branch-updates.ts';
import { ReferenceTime } from '../../../branch/updates/reference-time.ts';
import { isSafeName } from '../../../branch/updates/source.ts';
import { walkRoots } from '../../../branch/updates/trusted-root.ts';
import { failureOfUpdate } from '../../../branch/updates/update-failures.ts';
import { Failed } from '../../../contract/failure.ts';
import { DAY_MS, NOW, UpdateTrial } from '../../support/updating-branch.ts';

const trial = new UpdateTrial();
afterAll(() => trial.remove());

describe('a name in a repository', () => {
  it.each(['metadata/timestamp.json', '12.root.json', 'targets/models/scorecard/0a.1.0.0.zip', 'metadata/%C3%A4.json'])(
    '%s is one',
    (name) => {
      expect(isSafeName(name)).toBe(true);
    },
  );
  it.each([
    '../key.json',
    'metadata/../../key.json',
    '/etc/passwd',
    'a//b',
    'a/./b',
    '.hidden',
    'a\\b',
    'c:x',
    'models/con.zip',
    'AUX',
    'com1.json',
    'dot.',
    'sp ace',
    'nul\0l',
    'nul/x',
    `${'a'.repeat(301)}`,
    '',
  ])('%j is none', (name) => {
    expect(isSafeName(name)).toBe(false);
  });
});

describe('an error on the way', () => {
  it.each([
    [new UnsignedMetadataError('root was signed by 1/2 keys'), 'update-refused', 'signatures'],
    [new LengthOrHashMismatchError('Expected hash'), 'update-refused', 'hash'],
    [new BadVersionError('New timestamp version 1 is less than current version 2'), 'update-refused', 'rollback'],
    [new BadVersionError("Snapshot version doesn't match timestamp"), 'update-refused', 'version'],
    [new RepositoryError('Missing file app.json in new snapshot'), 'update-refused', 'rollback'],
    [new RepositoryError("Expected 'root', got targets"), 'update-malformed', 'malformed'],
    [new ExpiredMetadataError('policy.json is expired'), 'update-expired', 'expired'],
    [new SyntaxError('Unexpected token'), 'update-malformed', 'malformed'],
    [new RangeError('Maximum call stack size exceeded'), 'update-malformed', 'malformed'],
    [new LinkError('portal', 'metadata/timestamp.json', ''), 'update-unreachable', 'portal'],
  ])('%s is %s: %s', (error, kind, cause) => {
    expect(failureOfUpdate(error, 'models')).toMatchObject({ kind, facts: { cause } });
  });
  it('of the disk is told as that, a bug is thrown on', () => {
    expect(failureOfUpdate(new PersistError('Failed to persist: ENOSPC: no space left'), 'x').kind).toBe('disk-full');
    expect(failureOfUpdate(Object.assign(new Error('EIO'), { code: 'EIO' }), 'x').kind).toBe('disk-error');
    expect(() => failureOfUpdate(Object.assign(new Error('odd'), { code: 'ERR_INVALID_ARG_VALUE' }), 'x')).toThrow('odd');
  });
});

describe('the time that expiry is measured against', () => {
  it('keeps what a verified timestamp said, while the same keys sign timestamps', () => {
    const repository = trial.repository('clocks');
    const { root } = walkRoots(repository.root(), () => null);
    const later = NOW + 30 * DAY_MS;
    const kept = `${later} ${[...(root.signed.roles.timestamp?.keyIDs ?? [])].sort().join(' ')}`;
    expect(new ReferenceTime({ now: NOW, buildDate: 0 }, kept).at(root, null)).toBe(later);
    expect(new ReferenceTime({ now: NOW + 90 * DAY_MS, buildDate: 0 }, kept).at(root, null)).toBe(NOW + 90 * DAY_MS);
    expect(new ReferenceTime({ now: NOW, buildDate: NOW + DAY_MS }, null).at(root, null)).toBe(NOW + DAY_MS);
    repository.rotate('timestamp');
    repository.publish();
    const { root: next } = walkRoots(repository.root(1), (version) => (version === 2 ? repository.root(2) : null));
    expect(next.signed.version).toBe(2);
    expect(new ReferenceTime({ now: NOW, buildDate: 0 }, kept).at(next, null)).toBe(NOW);
    for (const torn of ['', 'x', '99999999999999999999 ab', kept.slice(0, 4)])
      expect(new ReferenceTime({ now: NOW, buildDate: 0 }, torn).at(root, null)).toBe(NOW);
  });
});

describe('the address of a repository', () => {
  it('is a plain URL or a folder', () => {
    expect(addressOf('https://updates.bank.example/outpost/')).toBe('https://updates.bank.example/outpost');
    expect(addressOf('/media/usb/outpost')).toBe('/media/usb/outpost');
    for (const odd of ['https://a:b@bank.example', 'https://bank.example/?x=1', 'https://bank.example/#x', 'http://['])
      expect(() => addressOf(odd), odd).toThrow(Failed);
  });
});
