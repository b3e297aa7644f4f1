/** The data folder's place for what people take away: evidence bundles and backups. */
export const EXPORTS = 'exports';
/** How the names of backups end. */
export const BACKUP_ENDING = '.outpost-backup';
