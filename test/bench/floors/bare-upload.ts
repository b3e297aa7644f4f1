/** Bytes brought over HTTP with nothing but what cannot be left out: one connection, one upload, and after a break the rest of it. Nothing is checked or kept. */
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';

export interface BareUpload {
  url: string;
  close(): Promise<void>;
}

/** Counts what comes, and says how much it has when it is asked. */
export async function serveBareUpload(): Promise<BareUpload> {
  let had = 0;
  const server: Server = createServer((asked: IncomingMessage, answer: ServerResponse) => {
    asked.on('data', (piece: Buffer) => {
      had += piece.length;
    });
    asked.on('error', () => undefined);
    asked.on('end', () => answer.writeHead(204, { 'upload-offset': had }).end());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** @param url of the line to the server @returns milliseconds, over a connection that stands already */
export async function uploadBare(url: string, body: Buffer): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await ask(agent, url, null);
  const began = performance.now();
  let have: number | null = 0;
  while (have !== body.length) {
    // What the answer to a whole upload says; after a break it is asked for.
    const from: number | null = have;
    have = from === null ? await ask(agent, url, null) : await ask(agent, url, body.subarray(from));
  }
  const took = performance.now() - began;
  agent.destroy();
  return took;
}

/** @returns how much the server has; null: the line broke */
function ask(agent: Agent, url: string, body: Buffer | null): Promise<number | null> {
  return new Promise((resolve) => {
    const asked = request(url, { agent, method: body === null ? 'HEAD' : 'POST' }, (answer) => {
      answer.resume();
      answer.on('error', () => resolve(null));
      answer.on('end', () => resolve(Number(answer.headers['upload-offset'])));
    });
    asked.on('error', () => resolve(null));
    asked.end(body ?? undefined);
  });
}
