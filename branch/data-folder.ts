/** Names in a data folder. */
export const DATABASE_FILE = 'outpost.db';
export const KEY_FILE = 'key.json';
