/** `outpost policy check`. */
import { checkPolicy } from '../../branch/check-policy.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { BUNDLED_DIR } from '../open-data-folder.ts';
import { printData, printJson } from '../print.ts';

export async function runPolicyCheck(file: string, { product, json }: { product?: string; json?: true }): Promise<ExitCode> {
  const check = await checkPolicy(file, product ?? null, BUNDLED_DIR);
  if (json === true) printJson(check);
  else {
    const { ok, policy, findings } = check;
    const lines = findings.map(({ level, table, rule, message }) => {
      const place = [table, rule].filter((part) => part !== null).join('/');
      return `${level.padEnd(7)}  ${place === '' ? '' : `${place}: `}${message}`;
    });
    lines.push(
      `${policy.name} ${policy.version} (${policy.sha256}): ${ok ? 'may be used' : 'MUST NOT be used'}, ${findings.length} findings`,
    );
    printData(`${lines.join('\n')}\n`);
  }
  return check.ok ? EXIT.done : EXIT.found;
}
