/** Opening what head office keeps. */
import { migrate } from './migrate.ts';
import type { Store } from './store.ts';

export interface StoreOptions {
  /** `postgres://…`, or a folder for the embedded engine; it is made where it is not there. */
  database: string;
  /** Connections of this process at most; of the embedded engine there is one. */
  connections?: number;
  /** Parts that the table of entries is divided into when it is made; 1: not divided, as for engines that divide tables themselves. */
  partitions?: number;
}

/**
 * Opens the store and brings its tables up to date.
 * @throws Failed store-unreachable, store-newer (a newer program has been here), data-folder-busy (of the embedded engine: it allows one process)
 */
export async function openStore({ database, connections = 10, partitions = 16 }: StoreOptions): Promise<Store> {
  const store = /^postgres(ql)?:\/\//.test(database)
    ? await (await import('./postgres-store.ts')).openPostgres(database, connections)
    : await (await import('./pglite-store.ts')).openPglite(database);
  try {
    await migrate(store, partitions);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
