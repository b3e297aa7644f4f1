/** Zod compiles schemas with `new Function` unless told not to; the content security policy forbids it. Imported before any contract module. */
import { z } from 'zod';

z.config({ jitless: true });
