import { fileURLToPath } from 'node:url';

/** Where packaging puts the root of trust, with what was known when the program was built. */
const SHIPPED = fileURLToPath(new URL('../../build/trust-root', import.meta.url));

export function trustPath(given: string | undefined): string {
  return given ?? SHIPPED;
}
