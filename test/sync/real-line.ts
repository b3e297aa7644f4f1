/** An evening of a slow line in real time, on fewer entries: through the proxy at 64 kbit/s with 600 ms there and back, cut now and then. */
import { setTimeout } from 'node:timers/promises';
import { joinByProxy } from './real-branch.ts';
import { compare } from './simulator/judge.ts';

const LINE = { does: 'slow', bytesPerSecond: 8000, delayMs: 300 } as const;
const ENTRIES = 1000;

/** @returns the process's exit code */
export async function runRealLine(print: (line: string) => void): Promise<number> {
  const one = await joinByProxy({ batchBytes: 256 * 1024, firstPart: 16 * 1024 });
  const ended = new AbortController();
  try {
    one.decide(ENTRIES);
    one.proxy.behave(LINE);
    const began = performance.now();
    const cutting = (async () => {
      for (;;) {
        await setTimeout(7000 + 6000 * Math.random(), null, { signal: ended.signal });
        print(`${Math.round((performance.now() - began) / 1000)} s: cut at ${one.state().acked?.size ?? 0} acknowledged`);
        one.proxy.cutAll();
      }
    })().catch(() => undefined);
    let tries = 0;
    do tries += 1;
    while ((await one.sync()).failure !== null && tries < 200);
    ended.abort();
    await cutting;
    const seconds = (performance.now() - began) / 1000;
    const { up, down } = one.proxy.passed;
    const found = compare(one.stored(), await one.held());
    print(
      `${ENTRIES} decisions in ${seconds.toFixed(1)} s, ${tries} tries, ${up} bytes up and ${down} down, line ${((100 * up) / (seconds * LINE.bytesPerSecond)).toFixed(0)} % used`,
    );
    print(
      `lost ${found.lost}, doubled ${found.doubled}, reordered ${found.reordered}, acknowledged ${one.state().acked?.size} of ${one.log.frontier.size}`,
    );
    return found.lost + found.doubled + found.reordered === 0 && one.state().acked?.size === one.log.frontier.size ? 0 : 1;
  } finally {
    ended.abort();
    await one.close();
  }
}
