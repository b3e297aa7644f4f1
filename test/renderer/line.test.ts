import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { describe, expect, it } from 'vitest';
import { Failed } from '../../contract/failure.ts';
import { nativeContract } from '../../contract/native.ts';
import { isRetryable } from '../../renderer/connection/failed-call.ts';
import { openLine } from '../../renderer/connection/line.ts';

const INFO = { version: '1.0.0', shell: 'electron' as const, platform: 'linux', language: 'en', theme: 'light' as const };

/** A shell whose `info` is what the test wants. */
function serve(info: () => Promise<typeof INFO>): { port: MessagePort; end: () => void } {
  const os = implement(nativeContract);
  const router = { info: os.info.handler(info) };
  const { port1, port2 } = new MessageChannel();
  new RPCHandler(router).upgrade(port1);
  port1.start();
  return { port: port2, end: () => port1.close() };
}

const askInfo = (line: ReturnType<typeof openLine<typeof nativeContract>>, signal?: AbortSignal) =>
  line.ask((client, options) => client.info(undefined, options), signal);
const never = () => new Promise<never>(() => {});

describe('a line to the service', () => {
  it('waits for its first port instead of failing', async () => {
    const line = openLine<typeof nativeContract>();
    const asked = askInfo(line);
    const { port, end } = serve(async () => INFO);
    line.connect(port);
    expect(await asked).toEqual(INFO);
    end();
  });

  it('ends what is under way when a new port comes, as something that may be asked again, and asks the new one', async () => {
    const line = openLine<typeof nativeContract>();
    const first = serve(never);
    line.connect(first.port);
    const asked = askInfo(line).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = serve(async () => INFO);
    line.connect(second.port);
    const error = await asked;
    expect(error).toBeInstanceOf(Failed);
    expect((error as Failed).failure.kind).toBe('service-unavailable');
    expect(isRetryable(error)).toBe(true);
    expect(await askInfo(line)).toEqual(INFO);
    first.end();
    second.end();
  });

  it('ends what is under way when the other side closes its end', async () => {
    const line = openLine<typeof nativeContract>();
    const { port, end } = serve(never);
    line.connect(port);
    const asked = askInfo(line).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 20));
    end();
    expect(isRetryable(await asked)).toBe(true);
  });

  it('does not call a fault of the program something to be tried again by itself', async () => {
    const line = openLine<typeof nativeContract>();
    const { port, end } = serve(async () => {
      throw new Error('a bug');
    });
    line.connect(port);
    const error = await askInfo(line).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Failed);
    expect(isRetryable(error)).toBe(false);
    expect((error as Failed).failure.happened).not.toContain('a bug');
    end();
  });

  it('tells a caller that gave up nothing of failures', async () => {
    const line = openLine<typeof nativeContract>();
    const { port, end } = serve(never);
    line.connect(port);
    const stop = new AbortController();
    const asked = askInfo(line, stop.signal).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort();
    expect(await asked).not.toBeInstanceOf(Failed);
    end();
  });

  it('calls its listeners for every port', () => {
    const line = openLine<typeof nativeContract>();
    let ports = 0;
    const stop = line.onConnect(() => {
      ports += 1;
    });
    const ends = [serve(never), serve(never)].map(({ port, end }) => {
      line.connect(port);
      return end;
    });
    stop();
    expect(ports).toBe(2);
    for (const end of ends) end();
    line.disconnect();
  });
});
