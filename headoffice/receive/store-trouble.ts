/** SQLSTATE classes and codes, and the driver's own, that say that the database is not there now, not that we asked it nonsense. */
const PASSING =
  /^(08...|53...|57P0[1-5]|57014|25P03|40001|40P01|ECONN[A-Z]+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
const DRIVER =
  /Connection terminated|connection timeout|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/i;

/** Whether a request is to be tried again later because of the store. */
export function isStoreTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  // A socket that is a file is not there while its server is not.
  if (code === 'ENOENT') return syscall === 'connect';
  return (typeof code === 'string' && PASSING.test(code)) || DRIVER.test(error.message);
}
