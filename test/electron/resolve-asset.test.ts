import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveAsset } from '../../electron/main/resolve-asset.ts';

let outer = '';
let root = '';
beforeAll(() => {
  outer = mkdtempSync(join(tmpdir(), 'outpost-assets-'));
  root = join(outer, 'pages');
  mkdirSync(join(root, 'assets'), { recursive: true });
  for (const name of ['index.html', 'assets/a.js', 'notes.txt', '..odd.js']) writeFileSync(join(root, name), name);
  mkdirSync(join(outer, 'pages-beside'));
  for (const name of ['secret.json', 'pages-beside/x.json']) writeFileSync(join(outer, name), '{}');
  symlinkSync(join(outer, 'secret.json'), join(root, 'link.json'));
  symlinkSync(outer, join(root, 'up'));
});
afterAll(() => rmSync(outer, { recursive: true, force: true }));

const resolve = (path: string, method = 'GET') => resolveAsset(root, 'bundle', { url: `app://bundle/${path}`, method });

describe('the address of a page', () => {
  it('leads to the file of that name and its media type', async () => {
    expect(await resolve('index.html')).toEqual({ file: join(root, 'index.html'), type: 'text/html; charset=utf-8' });
    expect(await resolve('assets/a.js?v=1#x')).toEqual({ file: join(root, 'assets/a.js'), type: 'text/javascript; charset=utf-8' });
  });

  it.each([
    ['..%2fsecret.json', 403],
    ['assets%2f..%2f..%2fsecret.json', 403],
    ['%2e%2e%2fpages-beside%2fx.json', 403],
    ['link.json', 403],
    ['up/secret.json', 403],
    ['..%5csecret.json', 400],
    ['index.html%00.js', 400],
    ['%E0%A4%A', 400],
    ['%252e%252e%252fsecret.json', 404],
    ['/etc/passwd', 404],
    ['..odd.js', 403],
    ['notes.txt', 404],
    ['assets', 404],
    ['', 403],
    ['missing.js', 404],
    ['index.html/x.js', 404],
  ])('leads nowhere else: %s answers %i', async (path, status) => {
    expect(await resolve(path)).toEqual({ status });
  });

  it('is for reading only, and for this host only', async () => {
    expect(await resolve('index.html', 'POST')).toEqual({ status: 405 });
    expect(await resolveAsset(root, 'bundle', { url: 'app://other/index.html', method: 'GET' })).toEqual({ status: 404 });
  });
});
