/** `outpost model list`. */
import { listModels } from '../../branch/list-models.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { printData, printJson } from '../print.ts';

export async function runList({ data, json }: { data: string; json?: true }): Promise<ExitCode> {
  const folder = await lookIntoDataFolder(data);
  try {
    const models = await listModels(folder.db, folder.store);
    if (json === true) printJson(models);
    else
      printData(
        models
          .map(({ product, alias, name, version, expiresOn, activatedBySeq, activatedAt, cause, source, suspended, sha256 }) => {
            const until = expiresOn === null ? 'DAMAGED OR GONE' : `until ${expiresOn}`;
            const since = `activated by entry ${activatedBySeq} on ${activatedAt.slice(0, 10)} (${cause}, ${source ?? 'bundled'})`;
            const what = `${name} ${version}${suspended ? ', SUSPENDED' : ''}`;
            return `${product.padEnd(18)} ${alias.padEnd(11)} ${what}, ${until}, ${since}, ${sha256}\n`;
          })
          .join(''),
      );
    return models.some(({ expiresOn, alias }) => expiresOn === null && alias !== 'previous') ? EXIT.found : EXIT.done;
  } finally {
    folder.close();
  }
}
