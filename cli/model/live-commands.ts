/** `outpost model switch|rollback|suspend|resume|confirm|dismiss|shadow`: what decides in a data folder, changed by a person. */
import type { Command, Option } from 'commander';
import { asOption } from '../at-work.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { LiveOptions } from './run-live.ts';

type Report = (code: ExitCode) => void;

export function addLiveModels(model: Command, report: Report, dataOption: () => Option): void {
  const live = (name: string, description: string): Command => model.command(name).description(description).addOption(dataOption());
  const change = (name: string, description: string): Command => live(name, description).addOption(asOption()).option('--json', 'as JSON');
  const run = (what: Parameters<typeof import('./run-live.ts')['runLive']>[0]) => async (options: LiveOptions) => {
    const { runLive } = await import('./run-live.ts');
    report(await runLive(what, options));
  };
  const ofProduct = (command: Command): Command => command.requiredOption('--product <name>', 'the product whose models are meant');
  ofProduct(change('switch', 'make a challenger the champion'))
    .requiredOption('--to <sha256>', 'digest of the challenger, or how it begins')
    .addHelpText(
      'after',
      `
Where the branch has two people who could, a switch, a rollback and a resumption wait for the second: outpost model confirm.

Example:
  outpost model switch --data ./office --as ines --product instalment-loan --to 3f9a`,
    )
    .action(run('switch'));
  ofProduct(change('rollback', 'back to the champion before, in one step')).action(run('rollback'));
  ofProduct(change('suspend', 'stop the champion at once: every decision is referred to a person until it is resumed or replaced'))
    .requiredOption('--reason <text>', 'why; it is in the log')
    .action(run('suspend'));
  ofProduct(change('resume', 'let a suspended champion decide again')).action(run('resume'));
  for (const name of ['confirm', 'dismiss'] as const)
    change(name, `${name} a change that waits for a second person; confirming one's own is refused`)
      .requiredOption('--proposal <number>', 'number of its entry')
      .action(run(name));
  ofProduct(live('shadow', 'how challengers compare with the champion: counts, never an applicant'))
    .option('--json', 'as JSON')
    .action(async (options: { data: string; product: string; json?: true }) => {
      const { runShadow } = await import('./run-shadow.ts');
      report(await runShadow(options));
    });
}
