/** tuf-js over a small web server: what a branch would see of a repository at this moment. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Updater } from 'tuf-js';

export class Branches {
  readonly #server: Server;
  readonly #folder: string;

  /** @param folder for what branches keep; @param served `metadata/` and `targets/` */
  constructor(folder: string, served: string) {
    this.#folder = folder;
    this.#server = createServer((request, response) => {
      const file = join(served, decodeURIComponent(request.url ?? ''));
      if (existsSync(file)) response.end(readFileSync(file));
      else response.writeHead(404).end();
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** One look at the repository, by a branch that keeps what it saw under its name. An Updater serves once. */
  updater(name: string, root: Buffer): Updater {
    const home = join(this.#folder, name);
    const metadataDir = join(home, 'metadata');
    const targetDir = join(home, 'targets');
    for (const folder of [metadataDir, targetDir]) mkdirSync(folder, { recursive: true });
    const trusted = join(metadataDir, 'root.json');
    if (!existsSync(trusted)) writeFileSync(trusted, root);
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return new Updater({ metadataDir, targetDir, metadataBaseUrl: `${url}/metadata`, targetBaseUrl: `${url}/targets` });
  }

  /** The target's bytes as text; null when no role names it. */
  async fetch(name: string, root: Buffer, target: string): Promise<string | null> {
    const updater = this.updater(name, root);
    await updater.refresh();
    const info = await updater.getTargetInfo(target);
    return info === undefined ? null : readFileSync(await updater.downloadTarget(info), 'utf8');
  }
}
