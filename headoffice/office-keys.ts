/** Head office's own keys. */
import type { NoteSigner } from '../ledger/note-keys.ts';

export interface OfficeKeys {
  /** Signs branch files and outcome deliveries (type 01). */
  office: NoteSigner;
  /** Countersigns what was received (type 04). */
  witness: NoteSigner;
  /** age identity (`AGE-SECRET-KEY-1…`): opens what branches send by stick. */
  identity: string;
  /** Its age recipient (`age1…`). */
  recipient: string;
}
