/** Imported before any schema is made: zod tries eval once to see whether it may compile, and the policy would report it. */
import { z } from 'zod';

z.config({ jitless: true });
