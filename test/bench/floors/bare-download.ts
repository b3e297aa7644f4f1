/** A file over HTTP with nothing but what cannot be left out: one connection, and after a break the rest by its range. Nothing is checked or kept. */
import { Agent, get } from 'node:http';

/** @returns milliseconds, over a connection that stands already */
export async function downloadBare(url: string, path: string, length: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await receive(agent, `${url}/metadata/timestamp.json`, 0);
  const began = performance.now();
  let have = 0;
  while (have < length) have += await receive(agent, `${url}/${path}`, have);
  const took = performance.now() - began;
  agent.destroy();
  return took;
}

/** @returns bytes that came before the end, or before the line broke */
function receive(agent: Agent, url: string, from: number): Promise<number> {
  return new Promise((resolve) => {
    let came = 0;
    const end = () => resolve(came);
    const headers = from === 0 ? {} : { range: `bytes=${from}-` };
    const request = get(url, { agent, headers }, (response) => {
      response.on('data', (piece: Buffer) => {
        came += piece.length;
      });
      response.on('end', end).on('error', end);
    });
    request.on('error', end);
  });
}
