/** What the probe page offers to the specs; apart from the page's own code, which knows a DOM and not Node. */
import type { ContractRouterClient } from '@orpc/contract';
import type { serviceContract } from '../../contract/ipc.ts';
import type { nativeContract, ServiceState } from '../../contract/native.ts';

export interface Probe {
  native: ContractRouterClient<typeof nativeContract> | null;
  service: ContractRouterClient<typeof serviceContract> | null;
  /** How many ports have been handed over, by kind. */
  handed: { native: number; service: number };
  states: ServiceState[];
  /** How many service ports have closed. */
  closed: number;
  /** Content-Security-Policy violations of this document. */
  violations: string[];
}
