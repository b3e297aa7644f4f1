/** `outpost repo`: head office's signing side, its options and examples. */
import { type Command, Option } from 'commander';
import type { ExitCode } from '../exit-codes.ts';

type Report = (code: ExitCode) => void;

const KEYS = `
A key's passphrase comes from the file that OUTPOST_KEY_PASSPHRASE_FILE names (one line for all keys, or one for each --key in their order), or is
asked for at the terminal; never from the command line.`;
const CODES = `
Exit codes: 0 done; 1 status found something that expires or waits; 2 refused, unfinished or bad input; 3 unsafe: nothing was signed or published.`;

export function addRepo(program: Command, report: Report): void {
  const repo = program
    .command('repo')
    .description('head office: the signed repository of models, policies and app releases')
    .addHelpText(
      'after',
      `
The working folder has public/ (what a web server gives out, and what is copied to a stick) and staged/ (what waits for signatures).
Order of work: key, init, sign, publish; then add, channel, sign, publish. docs/updates.md tells the whole ceremony.${KEYS}${CODES}`,
    );
  addSetUp(repo, report);
  addTargets(repo, report);
  addChannel(repo, report);
  addSigning(repo, report);
  addKeeping(repo, report);
}

function addSetUp(repo: Command, report: Report): void {
  repo
    .command('key')
    .description('make a key for one role: an encrypted file, and its public part beside it')
    .requiredOption('--role <role>', 'root, targets, models, policy, app, snapshot or timestamp')
    .requiredOption('--out <file>', 'the private key, best on a stick of its own; must not exist')
    .addHelpText('after', `${KEYS}\n\nExample:\n  outpost repo key --role root --out /media/stick/agnes-root.pem`)
    .action(async (options: { role: string; out: string }) => {
      const { runKey } = await import('./run-set-up.ts');
      report(await runKey(options));
    });
  repo
    .command('init')
    .description('set up a repository from public keys; it is published once the first versions are signed')
    .addOption(folderOption())
    .requiredOption('--keys <folder>', 'folder with the public parts (*.pub.json): 3 of root, 2 of policy, 1 of each other role, or more')
    .addHelpText('after', '\nExample:\n  outpost repo init --repo ./updates --keys ./public-keys')
    .action(async (options: { repo: string; keys: string }) => {
      const { runInit } = await import('./run-set-up.ts');
      report(await runInit(options));
    });
}

function addTargets(repo: Command, report: Report): void {
  repo
    .command('add')
    .description('add a model package, a policy or an installer; each is checked as a branch would')
    .addOption(folderOption())
    .option('--model <archive>', 'a model package as .zip')
    .option('--policy <file>', 'a policy as JSON')
    .option('--app <installer>', 'an installer or AppImage; needs --app-version')
    .option('--app-version <version>', "the installer's version")
    .option('--blockmap <file>', "the installer's .blockmap, for downloads of differences")
    .option('--product <file>', 'product definition to check against; a bundled product is found by itself')
    .option('--name <target>', 'name of the target, where the one made from name and version will not do')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `${CODES}

Examples:
  outpost repo add --repo ./updates --model scorecard-1.2.0.zip
  outpost repo add --repo ./updates --app Outpost-1.1.0.exe --app-version 1.1.0 --blockmap Outpost-1.1.0.exe.blockmap`,
    )
    .action(async (options: Parameters<typeof import('./run-add.ts')['runAdd']>[0]) => {
      const { runAdd } = await import('./run-add.ts');
      report(await runAdd(options));
    });
  repo
    .command('remove')
    .description('take a target out; refused while a channel names it')
    .argument('<target>')
    .addOption(folderOption())
    .action(async (target: string, options: { repo: string }) => {
      const { runRemove } = await import('./run-add.ts');
      report(await runRemove(target, options));
    });
}

function addChannel(repo: Command, report: Report): void {
  repo
    .command('channel')
    .description('say what is current, and for whom')
    .argument('[target]', 'what to release or change; without it the channels are shown')
    .addOption(folderOption())
    .option('--challenger', 'of a model: score it in the shadow, not as champion')
    .option('--platform <platform>', 'of an installer: win32-x64, linux-x64 …')
    .option('--halt', 'whoever has it keeps it, nobody else gets it')
    .option('--resume', 'roll on')
    .option('--withdraw', 'whoever has it goes back to the next release in the list')
    .option('--drop', 'take it out of the list')
    .option('--percentage <number>', 'share of branches, 0 to 100; raising it keeps who has it')
    .option('--branches <ids>', 'these branches whatever the percentage, with commas')
    .option('--tags <tags>', 'branches with one of these tags, with commas')
    .option('--activate-from <moment>', 'not before this moment (2027-01-01T00:00:00Z); now: as soon as it is there')
    .option('--allow-downgrade', 'signed permission to go back to this lower version')
    .option('--notes <text>', 'of an installer: what is new, in English')
    .option('--notes-es <text>', 'of an installer: what is new, in Spanish')
    .option('--earliest-version <version>', 'of an installer: a lower version cannot take it directly')
    .option('--block-map-size <bytes>', 'of an AppImage: size of its embedded block map')
    .option('--json', 'show as JSON')
    .addHelpText(
      'after',
      `
A target that the channel does not name yet is released to nobody (--percentage 0) unless said otherwise; one that it names is changed.
${CODES}

Examples:
  outpost repo channel models/scorecard/1.2.0.zip --repo ./updates --percentage 10 --branches madrid-01
  outpost repo channel models/scorecard/1.2.0.zip --repo ./updates --percentage 100
  outpost repo channel models/scorecard/1.2.0.zip --repo ./updates --withdraw
  outpost repo channel app/outpost-1.1.0.exe --repo ./updates --platform win32-x64 --tags pilot --notes "Faster start"`,
    )
    .action(async (target: string | undefined, options: Parameters<typeof import('./run-channel.ts')['runChannel']>[1]) => {
      const { runChannel, runChannels } = await import('./run-channel.ts');
      report(await (target === undefined ? runChannels(options) : runChannel(target, options)));
    });
}

function addSigning(repo: Command, report: Report): void {
  repo
    .command('sign')
    .description('show what is staged of a role and add one signature to it')
    .addOption(folderOption())
    .addOption(roleOption())
    .addOption(keyOption())
    .addHelpText(
      'after',
      `
The working folder may be a copy on a stick: sign it there, bring it back, and collect. Compare the SHA-256 that is shown with the other officer.
${KEYS}${CODES}

Example:
  outpost repo sign --repo /media/stick/updates --role root --key /media/safe/agnes-root.pem`,
    )
    .action(async (options: { repo: string; role: string; key: string[] }) => {
      const { runSign } = await import('./run-sign.ts');
      report(await runSign(options));
    });
  repo
    .command('collect')
    .description('take over signatures that were given on a copy of the working folder')
    .addOption(folderOption())
    .requiredOption('--from <folder>', 'the copy')
    .action(async (options: { repo: string; from: string }) => {
      const { runCollect } = await import('./run-sign.ts');
      report(await runCollect(options));
    });
  repo
    .command('publish')
    .description('make public what is staged and fully signed; with nothing staged, the monthly signing')
    .addOption(folderOption())
    .addOption(keyOption())
    .addHelpText(
      'after',
      `${KEYS}${CODES}

Example, at least once a month:
  outpost repo publish --repo ./updates --key snapshot.pem --key timestamp.pem`,
    )
    .action(async (options: { repo: string; key: string[] }) => {
      const { runPublish } = await import('./run-publish.ts');
      report(await runPublish(options));
    });
}

function addKeeping(repo: Command, report: Report): void {
  repo
    .command('rotate')
    .description('give a role exactly these keys; every other one is revoked')
    .addOption(folderOption())
    .addOption(roleOption())
    .addOption(new Option('--public <file...>', 'public parts of all its keys from now on').makeOptionMandatory())
    .addHelpText(
      'after',
      `
A new root is signed by two officers of before and two of now. After a theft of snapshot and timestamp keys rotate both, then publish once.

Example:
  outpost repo rotate --repo ./updates --role timestamp --public timestamp-2.pub.json`,
    )
    .action(async (options: { repo: string; role: string; public: string[] }) => {
      const { runRotate } = await import('./run-keeping.ts');
      report(await runRotate(options));
    });
  repo
    .command('renew')
    .description('stage the next version of a role without a change, for a later expiry')
    .addOption(folderOption())
    .addOption(roleOption())
    .action(async (options: { repo: string; role: string }) => {
      const { runRenew } = await import('./run-keeping.ts');
      report(await runRenew(options));
    });
  repo
    .command('discard')
    .description('give up what is staged of a role')
    .addOption(folderOption())
    .addOption(roleOption())
    .action(async (options: { repo: string; role: string }) => {
      const { runDiscard } = await import('./run-keeping.ts');
      report(await runDiscard(options));
    });
  repo
    .command('status')
    .description('when each role expires, who must sign, and what waits')
    .addOption(folderOption())
    .option('--json', 'as JSON')
    .addHelpText('after', `${CODES}\n\nExample, from a daily job:\n  outpost repo status --repo ./updates || mail …`)
    .action(async (options: { repo: string; json?: true }) => {
      const { runStatus } = await import('./run-keeping.ts');
      report(await runStatus(options));
    });
}

function folderOption(): Option {
  return new Option('--repo <folder>', 'the working folder').env('OUTPOST_REPO').makeOptionMandatory();
}

function roleOption(): Option {
  return new Option('--role <role>', 'root, targets, models, policy, app; for rotate also snapshot and timestamp').makeOptionMandatory();
}

function keyOption(): Option {
  return new Option('--key <file>', 'an encrypted key file; may be given again')
    .argParser((file: string, before: string[] | undefined) => [...(before ?? []), file])
    .makeOptionMandatory();
}
