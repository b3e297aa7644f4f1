/** `outpost model check`. */
import { checkModel } from '../../branch/check-model.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes.ts';
import { BUNDLED_DIR } from '../open-data-folder.ts';
import { printData, printJson, sayFailure } from '../print.ts';

export async function runCheck(path: string, { product, json }: { product?: string; json?: true }): Promise<ExitCode> {
  const { ok, checks, failure, opened, product: against } = await checkModel(path, product ?? null, BUNDLED_DIR);
  if (json === true) printJson({ ok, package: opened?.artefact ?? null, product: against?.artefact ?? null, checks, failure });
  else printData(checks.map((check) => `${check.ok ? 'ok  ' : 'FAIL'}  ${check.name}: ${check.detail}\n`).join(''));
  if (failure === null) return EXIT.done;
  sayFailure(failure);
  return exitCodeOf(failure.kind);
}
