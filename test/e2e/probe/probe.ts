/** The page of the shell's own specs: takes the ports as the real page does, and lets a spec call through them. */
import './no-eval.ts';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { portMessage } from '../../../contract/native.ts';
import type { Probe } from '../probe-types.ts';

declare global {
  interface Window {
    probe: Probe;
  }
}

const probe: Probe = { native: null, service: null, handed: { native: 0, service: 0 }, states: [], closed: 0, violations: [] };
window.probe = probe;

document.addEventListener('securitypolicyviolation', (event) => probe.violations.push(`${event.effectiveDirective} ${event.blockedURI}`));

window.addEventListener('message', (event) => {
  const [port] = event.ports;
  const message = portMessage.safeParse(event.data);
  if (event.source !== window || !port || !message.success) return;
  const link = new RPCLink({ port });
  if (message.data.to === 'native') {
    probe.native = createORPCClient(link);
    void follow(probe.native);
  } else {
    probe.service = createORPCClient(link);
    port.addEventListener('close', () => {
      probe.closed += 1;
    });
  }
  probe.handed[message.data.to] += 1;
  port.start();
});

async function follow(native: NonNullable<Probe['native']>): Promise<void> {
  for await (const state of await native.service()) probe.states.push(state);
}
