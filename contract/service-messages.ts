/** What the shell's main process and the branch service tell each other; the screens' calls go over ports and never through here. */
import { z } from 'zod';
import { appAnswer, appQuestion, appUpdateState } from './app-update.ts';
import { failure } from './failure-schema.ts';

export const toService = z.discriminatedUnion('kind', [
  /** Opens the branch. `keyStore` names the system's key store; null: there is none that can be trusted, so a passphrase is needed. */
  z.strictObject({
    kind: z.literal('open'),
    dataDir: z.string(),
    bundledDir: z.string(),
    /** File or folder of the root of trust for updates. */
    trustRoot: z.string(),
    keyStore: z.string().nullable(),
    passphrase: z.string().nullable(),
    /** This run of the program had the branch open before: whoever was at work may go on. */
    isRestart: z.boolean(),
  }),
  /** Answers `key-question`; null: the key store refused. */
  z.strictObject({ kind: z.literal('key-answer'), id: z.int(), value: z.string().nullable() }),
  /** Comes with a port over which a page will call. */
  z.strictObject({ kind: z.literal('connect') }),
  z.strictObject({ kind: z.literal('ping'), beat: z.int() }),
  z.strictObject({ kind: z.literal('app-question'), id: z.int(), question: appQuestion }),
  /** How far main is with the program's own update, for the screens that ask the service. */
  z.strictObject({ kind: z.literal('app-state'), state: appUpdateState }),
  /** Closes the branch and ends the process. */
  z.strictObject({ kind: z.literal('close') }),
]);
export type ToService = z.infer<typeof toService>;

export const fromService = z.discriminatedUnion('kind', [
  /** The process runs and can be told to open. */
  z.strictObject({ kind: z.literal('up') }),
  z.strictObject({ kind: z.literal('opened') }),
  z.strictObject({ kind: z.literal('needs-passphrase'), firstUse: z.boolean(), why: z.string(), wrong: z.boolean() }),
  z.strictObject({ kind: z.literal('failed'), failure }),
  /** A backup lies ready to take the folder's place: the process ends of itself, and what is started next opens that. */
  z.strictObject({ kind: z.literal('restored') }),
  /** Asks the system's key store to wrap or unwrap the database key. */
  z.strictObject({ kind: z.literal('key-question'), id: z.int(), ask: z.enum(['wrap', 'unwrap']), value: z.string() }),
  z.strictObject({ kind: z.literal('pong'), beat: z.int() }),
  /** Another release of the program may reach this PC by now. */
  z.strictObject({ kind: z.literal('app-look') }),
  z.strictObject({ kind: z.literal('app-progress'), id: z.int(), done: z.number(), total: z.number() }),
  z.strictObject({ kind: z.literal('app-answer'), id: z.int(), answer: appAnswer }),
]);
export type FromService = z.infer<typeof fromService>;
