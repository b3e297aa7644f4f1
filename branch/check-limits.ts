/** What a package's check may take before it is stopped: fifty times what the bundled models need. */
export const CHECK_LIMITS = { timeoutMs: 60_000, memoryBytes: 2 ** 30 } as const;
