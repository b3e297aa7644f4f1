import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { usesOfElectron } from './uses-of-electron.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = (folder: string): [string, string][] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [name, readFileSync(join(root, folder, name), 'utf8')]);

/** Asks the real stand-in, in a process of its own, for each use; answers with those that it throws on. */
function uncovered(uses: string[]): string[] {
  const script = `
    const standIn = await import(${JSON.stringify(join(root, 'test/electron-standin/electron.ts'))});
    const missing = JSON.parse(process.argv[1]).filter((use) => {
      const [, name, member, event] = /^(\\w+)(?:\\.(\\w+))?(?:\\('(.*)'\\))?$/.exec(use) ?? [];
      if (!(name in standIn)) return true;
      try {
        if (event) standIn[name].on(event, () => undefined);
        else if (member) return standIn[name][member] === undefined;
        return false;
      } catch (error) {
        // A member that is there and says that it is too early is covered.
        return !/ready/.test(error.message);
      }
    });
    process.stdout.write(JSON.stringify(missing));`;
  const run = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, JSON.stringify(uses)],
    {
      encoding: 'utf8',
    },
  );
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as string[];
}

describe('the stand-in for Electron', () => {
  it('covers every member of Electron that the main process uses', () => {
    const uses = sources('electron/main').flatMap(([name, source]) => usesOfElectron(name, source));
    expect(uses.length).toBeGreaterThan(20);
    expect(uncovered([...new Set(uses)])).toEqual([]);
  });

  it('covers what the preload script uses, which is ipcRenderer.on and .send alone', () => {
    const uses = sources('electron/preload').flatMap(([name, source]) => usesOfElectron(name, source));
    expect([...new Set(uses)].sort()).toEqual(['ipcRenderer', 'ipcRenderer.send']);
  });

  it('is not fooled: a member and an event that it does not cover are found', () => {
    const seeded = usesOfElectron(
      'seeded.ts',
      "import { app, Tray } from 'electron'; app.dock.hide(); app.on('open-url', () => {}); new Tray('x'); app.quit();",
    );
    expect(seeded).toContain("app.on('open-url')");
    expect(uncovered(seeded).sort()).toEqual(['Tray', 'app.dock', "app.on('open-url')"]);
  });

  it('finds nobody who imports Electron outside of main and preload', () => {
    const rooms = ['contract', 'branch', 'electron/service', 'renderer'];
    const importers = rooms.flatMap(sources).filter(([, source]) => /from 'electron'|require\('electron'\)/.test(source));
    expect(importers.map(([name]) => name)).toEqual([]);
  });
});
