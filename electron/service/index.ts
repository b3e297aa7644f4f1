/** placeholder */
import { type FromService, toService } from '../../contract/service-messages.ts';

const tell = (message: FromService): void => process.parentPort.postMessage(message);
process.parentPort.on('message', ({ data, ports }) => {
  const message = toService.parse(data);
  if (message.kind === 'ping') tell({ kind: 'pong', beat: message.beat });
  if (message.kind === 'open') tell({ kind: 'opened' });
  if (message.kind === 'close') process.exit(0);
  if (message.kind === 'connect') {
    const [port] = ports;
    port?.on('message', (event) => port.postMessage({ echo: event.data }));
    port?.start();
  }
});
tell({ kind: 'up' });
