/** Inside a utility process: gives it `process.parentPort`, then loads the app's module. */
import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';
import { type PortMessage, Relay } from './ports.ts';
import type { UtilityMessage } from './utility.ts';

const send = (message: UtilityMessage): void => {
  // The parent may be gone already; then this process ends by 'disconnect'.
  if (process.connected) toParent(message, undefined, undefined, () => undefined);
};
const toParent = process.send!.bind(process);
Object.defineProperty(process, 'send', { value: undefined });

const relay = new Relay(send, 'c');
const parentPort = Object.assign(new EventEmitter(), {
  postMessage: (data: unknown) => send({ op: 'message', data: structuredClone(data), ports: [] }),
});
const early: Extract<UtilityMessage, { op: 'message' }>[] = [];
let listening = false;

function deliver(message: Extract<UtilityMessage, { op: 'message' }>): void {
  parentPort.emit('message', { data: message.data, ports: message.ports.map((id) => relay.import(id)) });
}
process.on('message', (message: UtilityMessage) => {
  if (message.op !== 'message') relay.receive(message satisfies PortMessage);
  else if (listening) deliver(message);
  else early.push(message);
});
// As in Electron, messages wait until somebody listens.
parentPort.on('newListener', (event) => {
  if (event !== 'message' || listening) return;
  listening = true;
  setImmediate(() => early.forEach(deliver));
});
process.on('disconnect', () => process.exit(0));
Object.defineProperty(process, 'parentPort', { value: parentPort });
Object.defineProperty(process, 'type', { value: 'utility' });

const [, , entry = ''] = process.argv;
process.argv.splice(1, 2, entry);
await import(pathToFileURL(entry).href);
