/** The probe page's object, as the specs get hold of it. */
import { expect, type JSHandle } from '@playwright/test';
import type { Office } from '../../build/office.ts';
import type { Probe } from './probe-types.ts';

/** Once the page's native port has come. */
export async function probeOf({ page }: Office): Promise<JSHandle<Probe>> {
  // Playwright's own waitForFunction evaluates text in the page, which the policy forbids.
  await expect.poll(() => page.evaluate('window.probe?.handed.native > 0'), { timeout: 20_000 }).toBe(true);
  return (await page.evaluateHandle('window.probe')) as JSHandle<Probe>;
}

/** Once the page has had so many ports to the service. */
export async function servedProbe(office: Office, times = 1): Promise<JSHandle<Probe>> {
  const probe = await probeOf(office);
  await expect.poll(() => probe.evaluate(({ handed }) => handed.service), { timeout: 30_000 }).toBe(times);
  return probe;
}
