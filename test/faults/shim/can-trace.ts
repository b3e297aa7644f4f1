import { spawnSync } from 'node:child_process';

/** Whether strace is here, and may trace. */
export const canTrace: boolean = spawnSync('strace', ['-o', '/dev/null', '-e', 'trace=none', 'true']).status === 0;
