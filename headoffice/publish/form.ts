/**
 * The metadata of the signed repository as it is written: plain JSON in the form of TUF 1.0.31 §4. Values, not objects: what is published is never
 * changed in place, the next version is made beside it.
 */

/** TUF §4.3: the version of the specification that the metadata keeps. */
export const SPEC_VERSION = '1.0.31';

export const TOP_LEVEL = ['root', 'targets', 'snapshot', 'timestamp'] as const;
export const DELEGATED = ['models', 'policy', 'app'] as const;
export type DelegatedName = (typeof DELEGATED)[number];
export type RoleName = (typeof TOP_LEVEL)[number] | DelegatedName;
export const ROLES: readonly RoleName[] = [...TOP_LEVEL, ...DELEGATED];
/** Roles whose metadata people change and sign; snapshot and timestamp only follow from them. */
export const STAGEABLE = ['root', 'targets', ...DELEGATED] as const;
export type StageableName = (typeof STAGEABLE)[number];

/** Days until a role's metadata expires. Snapshot and timestamp outlast an office that is offline for weeks, and bound a freeze (TUF §1.5.2). */
export const DAYS: Readonly<Record<RoleName, number>> = {
  root: 3 * 365,
  targets: 365,
  models: 365,
  policy: 180,
  app: 365,
  snapshot: 60,
  timestamp: 60,
};

/** How many different keys must sign. One stolen key then neither replaces the root of trust nor changes who is given credit. */
export const THRESHOLDS: Readonly<Record<RoleName, number>> = {
  root: 2,
  targets: 1,
  models: 1,
  policy: 2,
  app: 1,
  snapshot: 1,
  timestamp: 1,
};

/** What each delegated role may name, and nothing else: data science cannot sign a policy. TUF's `*` stops at a slash (§4.5). */
export const PATHS: Readonly<Record<DelegatedName, readonly string[]>> = {
  models: ['models/*', 'models/*/*'],
  policy: ['policy/*'],
  app: ['app/*'],
};

export interface KeyForm {
  keytype: string;
  scheme: string;
  keyval: { public: string };
}
export interface RoleForm {
  keyids: string[];
  threshold: number;
}
export interface FileForm {
  version: number;
  length: number;
  hashes: { sha256: string };
}
export interface TargetForm {
  length: number;
  hashes: { sha256: string; sha512: string };
  custom?: Readonly<Record<string, unknown>>;
}

interface Common {
  spec_version: string;
  version: number;
  /** UTC to the second, as TUF §4.2 writes it. */
  expires: string;
}
export interface RootForm extends Common {
  _type: 'root';
  consistent_snapshot: true;
  keys: Record<string, KeyForm>;
  roles: Record<(typeof TOP_LEVEL)[number], RoleForm>;
}
export interface DelegationForm extends RoleForm {
  name: DelegatedName;
  terminating: boolean;
  paths: string[];
}
export interface DelegationsForm {
  keys: Record<string, KeyForm>;
  roles: DelegationForm[];
}
export interface TargetsForm extends Common {
  _type: 'targets';
  targets: Record<string, TargetForm>;
  delegations?: DelegationsForm;
}
export interface SnapshotForm extends Common {
  _type: 'snapshot';
  meta: Record<string, FileForm>;
}
export interface TimestampForm extends Common {
  _type: 'timestamp';
  meta: { 'snapshot.json': FileForm };
  /** When it was signed: a lower bound of the present for a branch whose own clock is wrong. */
  x_issued: string;
}
export type SignedForm = RootForm | TargetsForm | SnapshotForm | TimestampForm;

export interface SignatureForm {
  keyid: string;
  sig: string;
}
/** Signed metadata with the signatures that it has so far. */
export interface Envelope<S extends SignedForm = SignedForm> {
  signatures: SignatureForm[];
  signed: S;
}

/** @param at milliseconds since 1970 */
export function momentOf(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

const DAY_MS = 86_400_000;

/** @param from milliseconds since 1970 */
export function expiryOf(role: RoleName, from: number, days: Readonly<Record<RoleName, number>> = DAYS): string {
  return momentOf(from + days[role] * DAY_MS);
}

export function isRoleName(name: string): name is RoleName {
  return (ROLES as readonly string[]).includes(name);
}

export function isDelegated(role: RoleName): role is DelegatedName {
  return (DELEGATED as readonly string[]).includes(role);
}
