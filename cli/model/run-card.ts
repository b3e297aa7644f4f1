/** `outpost model card`. */
import { packageCard } from '../../branch/package-card.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson, say } from '../print.ts';

export async function runCard(path: string, { json }: { json?: true }): Promise<ExitCode> {
  const card = await packageCard(path);
  if (json === true) printJson(card);
  else {
    say(
      card.from === 'package'
        ? `model-card.md of ${card.package.name} ${card.package.version}: its digest is the one in the manifest.`
        : `${card.package.name} ${card.package.version} has no model-card.md; this is rendered from its manifest.`,
    );
    // A card is somebody's file: what would move the terminal's cursor is left out.
    printData(`${card.markdown.replaceAll(/[^\P{Cc}\n\t]/gu, '').trimEnd()}\n`);
  }
  return EXIT.done;
}
