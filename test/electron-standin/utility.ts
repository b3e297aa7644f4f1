/** `utilityProcess`: a Node process with a parent port, as Electron's, but without Chromium's sandbox around it. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { UtilityProcess as ElectronUtilityProcess, ForkOptions, MessagePortMain } from 'electron';
import { CoveredEmitter, cover } from './cover.ts';
import { cloned, type PortMessage, Relay, takePorts } from './ports.ts';
import { state } from './state.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const SIGNAL_CODES: Record<string, number> = { SIGKILL: 137, SIGTERM: 143, SIGSEGV: 139, SIGABRT: 134 };

/** What the two sides send each other over Node's own channel. */
export type UtilityMessage = { op: 'message'; data: unknown; ports: string[] } | PortMessage;

class UtilityProcess extends CoveredEmitter implements Pick<ElectronUtilityProcess, 'postMessage' | 'kill'> {
  pid: number | undefined;
  #child: ChildProcess;
  #relay: Relay;
  constructor(modulePath: string, args: string[], options: ForkOptions) {
    super('UtilityProcess', ['spawn', 'message', 'exit']);
    if (!state.ready) throw new Error('utilityProcess cannot be created before app is ready.');
    if (options.stdio !== 'inherit') throw new Error(`electron stand-in: utilityProcess stdio '${String(options.stdio)}' is not covered`);
    const { NODE_OPTIONS: _dropped, ...env } = { ...(options.env ?? process.env), STANDIN_CHILD: '1' } as NodeJS.ProcessEnv;
    const child = fork(here('utility-boot.ts'), [modulePath, ...args], {
      // execPath was replaced by the stand-in's own.
      execPath: process.env.STANDIN_NODE ?? 'node',
      execArgv: ['--disable-warning=ExperimentalWarning', '--import', here('register.ts')],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env,
    });
    this.#child = child;
    this.#relay = new Relay((message) => this.#send(message), 'u');
    child.on('spawn', () => {
      this.pid = child.pid;
      if (child.pid) state.utilities.set(child.pid, options.serviceName ?? '');
      this.emit('spawn');
    });
    child.on('message', (message: UtilityMessage) => {
      if (message.op === 'message') this.emit('message', message.data);
      else this.#relay.receive(message);
    });
    child.on('exit', (code, signal) => {
      if (child.pid) state.utilities.delete(child.pid);
      this.pid = undefined;
      this.#relay.destroy();
      this.emit('exit', code ?? SIGNAL_CODES[signal ?? ''] ?? 1);
    });
    process.on('exit', () => child.kill('SIGKILL'));
  }
  #send(message: UtilityMessage): void {
    // The child may go at any time; what is sent to it then is lost, as in Electron.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
  postMessage(message: unknown, transfer: MessagePortMain[] = []): void {
    this.#send({ op: 'message', data: cloned(message), ports: takePorts(transfer).map((end) => this.#relay.export(end)) });
  }
  kill(): boolean {
    return this.#child.kill('SIGTERM');
  }
}

export const utilityProcess = cover('utilityProcess', {
  fork: (modulePath: string, args: string[] = [], options: ForkOptions = {}) =>
    cover('UtilityProcess', new UtilityProcess(modulePath, args, options)) as unknown as ElectronUtilityProcess,
} satisfies Pick<typeof Electron.utilityProcess, 'fork'>);
