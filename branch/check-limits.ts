/**
 * What a package's check may take before it is stopped: fifty times what the bundled models need. Memory is looked at every few milliseconds, in which a
 * model may take some more: an eighth is left so that it stays below a gigabyte.
 */
export const CHECK_LIMITS = { timeoutMs: 60_000, memoryBytes: 896 * 2 ** 20 } as const;
