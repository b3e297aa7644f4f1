/** Receives the ports that preload posts (see `portMessage` in contract/native.ts). */
import { type PortMessage, portMessage } from '../../contract/native.ts';

type Receive = (port: MessagePort) => void;

/**
 * Calls `receive[to]` for every port that preload hands over.
 * Must run before the first await of the entry module: preload posts at DOMContentLoaded and a message nobody hears is lost.
 * Only this window's own messages count; anything else could be an attacker's frame with a port of its own.
 */
export function listenForPorts(receive: Record<PortMessage['to'], Receive>): void {
  window.addEventListener('message', (event) => {
    if (event.source !== window) return;
    const message = portMessage.safeParse(event.data);
    const port = event.ports[0];
    if (message.success && port) receive[message.data.to](port);
  });
}
