/** The shell's side of the ports: what main tells the screens, and a service that can be killed and started again. */
import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { NO_APP_UPDATE } from '../../contract/app-update.ts';
import { nativeContract, type ServiceState } from '../../contract/native.ts';
import type { Connection } from '../../renderer/connection/connection.tsx';
import type { FakeOffice } from './fake-office.ts';
import { routerOf } from './fake-router.ts';

export interface ShellOptions {
  language?: string;
  theme?: 'light' | 'dark' | 'system';
  cards?: Record<string, string>;
}

export class FakeShell {
  readonly office: FakeOffice;
  readonly passphrases: string[] = [];
  readonly themes: string[] = [];
  /** What the person chooses in the system's dialog; null: nothing. */
  backup: string | null = '/media/stick/riverside-2026-11-20.outpost-backup';
  branchFile: string | null = '/media/stick/riverside.branch';
  folder: string | null = '/media/stick/outpost';
  #state: ServiceState = { state: 'ready' };
  #servicePort: MessagePort | null = null;
  readonly #connection: Connection;
  readonly #options: ShellOptions;

  constructor(connection: Connection, office: FakeOffice, options: ShellOptions = {}) {
    this.#connection = connection;
    this.office = office;
    this.#options = options;
    connection.native.connect(this.#serve(this.#router()));
    this.startService();
    office.keep.restart = () => {
      this.killService();
      this.tell({ state: 'starting' });
      setTimeout(() => this.startService(), 100);
    };
  }

  tell(state: ServiceState): void {
    this.#state = state;
  }

  /** A new service process: a new port, the state of the office as it was stored. */
  startService(): void {
    this.office.dead = false;
    this.#connection.service.connect(this.#serve(routerOf(this.office, this.#options.cards), (port) => (this.#servicePort = port)));
    this.#state = { state: 'ready' };
  }

  /** As after kill -9: the port closes, nothing more comes. */
  killService(): void {
    this.#servicePort?.close();
    this.#servicePort = null;
    this.#state = { state: 'restarting', attempt: 1 };
  }

  #serve(router: ConstructorParameters<typeof RPCHandler>[0], keep: (port: MessagePort) => void = () => {}): MessagePort {
    const { port1, port2 } = new MessageChannel();
    new RPCHandler(router).upgrade(port1);
    port1.start();
    keep(port1);
    return port2;
  }

  #router() {
    const os = implement(nativeContract);
    const now = () => this.#state;
    return os.router({
      info: os.info.handler(() => ({
        version: '0.1.0',
        shell: 'stand-in' as const,
        platform: 'linux',
        language: this.#options.language ?? 'en-GB',
        theme: this.#options.theme ?? 'light',
      })),
      setTheme: os.setTheme.handler(({ input }) => {
        this.themes.push(input.theme);
      }),
      service: os.service.handler(async function* ({ signal }) {
        let told: ServiceState | null = null;
        while (!signal?.aborted) {
          const state = now();
          if (state !== told) yield state;
          told = state;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }),
      appUpdate: os.appUpdate.handler(async function* () {
        yield NO_APP_UPDATE;
      }),
      installUpdate: os.installUpdate.handler(() => {}),
      chooseBackup: os.chooseBackup.handler(() => ({ file: this.backup })),
      chooseBranchFile: os.chooseBranchFile.handler(() => ({ file: this.branchFile })),
      chooseFolder: os.chooseFolder.handler(() => ({ folder: this.folder })),
      unlock: os.unlock.handler(({ input }) => {
        this.passphrases.push(input.passphrase);
      }),
    });
  }
}
