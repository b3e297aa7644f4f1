import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRepository } from '../../../headoffice/publish/open-repository.ts';
import { SignedRepository } from '../../support/signed-repository.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-publish-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('publishing', () => {
  it('is read back as it was published', () => {
    const repository = new SignedRepository(join(folder, 'a'));
    repository.add('models/scorecard/1.0.0.zip', 'model').add('policy/loans-1.0.0.json', '{}').publish();
    repository.rotate('root');
    repository.publish();
    repository.rotate('timestamp');
    repository.rotate('policy');
    repository.publish();
    const opened = openRepository(join(folder, 'a'));
    expect(opened.published).toEqual(repository.repository.published);
    expect(opened.staged.size).toBe(0);
  });
});
