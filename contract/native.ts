/** What only the shell can do, served by the main process over a port of its own after its sender check. */
import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { appUpdateState } from './app-update.ts';
import { failure } from './failure-schema.ts';

const call = oc.errors({ FAILED: { data: failure } });

export const theme = z.enum(['light', 'dark', 'system']);

/** Where the branch service stands. The screens show `needs-passphrase` and `failed` in place of everything else. */
export const serviceState = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('starting') }),
  z.strictObject({ state: z.literal('ready') }),
  z.strictObject({ state: z.literal('needs-passphrase'), firstUse: z.boolean(), why: z.string(), wrong: z.boolean() }),
  z.strictObject({ state: z.literal('restarting'), attempt: z.int().positive() }),
  z.strictObject({ state: z.literal('failed'), failure }),
]);
export type ServiceState = z.infer<typeof serviceState>;

export const shellInfo = z.strictObject({
  version: z.string(),
  /** `stand-in`: this is not Electron, see docs. */
  shell: z.enum(['electron', 'stand-in']),
  platform: z.string(),
  language: z.string(),
  theme,
});
export type ShellInfo = z.infer<typeof shellInfo>;

export const nativeContract = {
  info: call.output(shellInfo),
  setTheme: call.input(z.strictObject({ theme })).output(z.void()),
  service: call.output(eventIterator(serviceState)),
  /** Lets the person choose a backup file by the system's own dialog; null: closed without choosing. */
  chooseBackup: call.output(z.strictObject({ file: z.string().nullable() })),
  /** The same for a branch file. */
  chooseBranchFile: call.output(z.strictObject({ file: z.string().nullable() })),
  /** The same for a folder with head office's repository, as a USB stick has it. */
  chooseFolder: call.output(z.strictObject({ folder: z.string().nullable() })),
  /** Gives the passphrase for the database key; the answer comes as the next service state. */
  unlock: call.input(z.strictObject({ passphrase: z.string().min(1).max(1000) })).output(z.void()),
  /** How far the program's own update is, now and at every change. */
  appUpdate: call.output(eventIterator(appUpdateState)),
  /**
   * Ends the program, installs the update that is ready, and starts it again: when a person says so. Refused while an application is open or
   * something runs, and where the file is not the signed one any more.
   */
  installUpdate: call.output(z.void()),
};

/**
 * Handover of ports: preload posts this message to its own window with the port attached, at load and after every restart of the service.
 * `native` comes once; `service` again after each restart, and the port before it is dead then.
 */
export const portMessage = z.strictObject({ outpost: z.literal('port'), to: z.enum(['service', 'native']) });
export type PortMessage = z.infer<typeof portMessage>;
