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
function uncovered(uses: string[], module = 'electron.ts'): string[] {
  const script = `
    const standIn = await import(${JSON.stringify(join(root, 'test/electron-standin', module))});
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

  it('covers every member that the service uses, which has fewer', () => {
    const uses = sources('electron/service').flatMap(([name, source]) => usesOfElectron(name, source));
    expect(uses).toContain('net.fetch');
    expect(uncovered([...new Set(uses)], 'electron-utility.ts')).toEqual([]);
    expect(uncovered(['net.request'], 'electron-utility.ts')).toEqual(['net.request']);
  });

  it('covers what electron-updater uses, where it updates an AppImage', () => {
    // Its other platforms' parts run on Electron alone.
    const files = ['electronHttpExecutor', 'BaseUpdater', 'AppImageUpdater'].map((name) =>
      readFileSync(join(root, `node_modules/electron-updater/out/${name}.js`), 'utf8'),
    );
    const required = files.flatMap((source) => [...source.matchAll(/require\("electron"\)\.(\w+\.\w+)/g)].map(([, use]) => use ?? ''));
    const adapter = readFileSync(join(root, 'node_modules/electron-updater/out/ElectronAppAdapter.js'), 'utf8');
    const ofApp = [...adapter.matchAll(/this\.(app\.\w+)/g)].map(([, use]) => use ?? '');
    expect(required.sort()).toEqual(['autoUpdater.emit', 'net.request', 'session.fromPartition']);
    // `relaunch` is of updaters that the app has not; `once` is for installing on quit, which is off.
    expect(uncovered([...new Set([...required, ...ofApp])])).toEqual(['app.relaunch']);
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

  it('finds nobody else who imports Electron, but for the one file that reaches the network for the service', () => {
    const rooms = ['contract', 'branch', 'electron/service', 'renderer'];
    const importers = rooms.flatMap(sources).filter(([, source]) => /from 'electron'|require\('electron'\)/.test(source));
    expect(importers.map(([name]) => name)).toEqual(['system-fetch.ts']);
  });
});
