/** Opening what head office keeps. */
import { migrate } from './migrate.ts';
import type { Store } from './store.ts';

export interface StoreOptions {
  /** `postgres://…`, or a folder for the embedded engine; it is made where it is not there. */
  database: string;
  /** Connections of this process at most; of the embedded engine there is one. */
  connections?: number;
  /** Parts that the large tables are divided into when they are made; 1: not divided, as the embedded engine's, and for engines that divide tables themselves. */
  partitions?: number;
}

/**
 * Opens the store and brings its tables up to date.
 * @throws Failed store-unreachable, store-newer (a newer program has been here), data-folder-busy (of the embedded engine: it allows one process)
 */
export async function openStore({ database, connections = 10, partitions }: StoreOptions): Promise<Store> {
  const isServer = /^postgres(ql)?:\/\//.test(database);
  const store = isServer
    ? await (await import('./postgres-store.ts')).openPostgres(database, connections)
    : await (await import('./pglite-store.ts')).openPglite(database);
  try {
    await migrate(store, partitions ?? (isServer ? 16 : 1));
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
