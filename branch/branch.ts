/** An open branch office, as every use case is handed it. Apart from what opens it, which uses some of them itself. */
import type { Role } from '../contract/entry-base.ts';
import type { Reader } from '../db/handle.ts';
import type { LiveProducts } from './activation/live-products.ts';
import type { ArtefactStore } from './artefacts/artefact-store.ts';
import type { FolderKey } from './keys/folder-key.ts';
import type { Protection } from './keys/key-file.ts';
import type { BranchLog, Clock } from './log/branch-log.ts';
import type { ReadyProduct } from './ready-product.ts';

/** Somebody at work. */
export interface Person {
  account: string;
  role: Role;
  /** @throws Failed when they are no longer */
  requireAtWork?: () => void;
}

export interface Branch {
  readonly dataDir: string;
  readonly actor: string;
  readonly role: Role;
  readonly clock: Clock;
  readonly log: BranchLog;
  readonly store: ArtefactStore;
  readonly keyProtection: Protection['wrap'];
  readonly key: FolderKey;
  /** There is a key store of the system that can be trusted. */
  readonly hasKeyStore: boolean;
  /** The same branch with another person at work in it. */
  for(person: Person): Branch;
  /** To be asked before storing what took time: the person may have been signed out, disabled or given another role meanwhile. Throws Failed. */
  requireAtWork(): void;
  /** The products as they decide now, for what changes them. */
  readonly live: LiveProducts;
  /** The product with its active model and policy; loaded on first use and kept. */
  ready(product: string): Promise<ReadyProduct>;
  /** A reading handle of its own, for long reads beside the writer. Close it with `closeDatabase`. */
  openReader(): Reader;
  /** Calls back after every change of the log until the returned function is called. */
  onChange(listener: () => void): () => void;
  /** To be called after entries were appended. */
  tellChange(): void;
  close(): Promise<void>;
}
