import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The catalogue's own tool: fails with what is wrong. */
function lingui(...args: string[]): string {
  const options = { cwd: root, encoding: 'utf8' as const, stdio: 'pipe' as const };
  return execFileSync(
    process.execPath,
    ['node_modules/@lingui/cli/dist/lingui.js', ...args, '--config', 'renderer/lingui.config.ts'],
    options,
  );
}

describe('the translations', () => {
  it('are complete in every language', () => {
    expect(() => lingui('check', 'missing')).not.toThrow();
  });

  it('hold every text of the screens: the catalogues are what extraction makes', () => {
    expect(() => lingui('check', 'sync')).not.toThrow();
  });
});
