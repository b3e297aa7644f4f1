/** `outpost evidence export`. */
import { resolve } from 'node:path';
import { type EvidenceStep, exportEvidence } from '../../branch/evidence/export-evidence.ts';
import { atWork } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { numberOf, rangeOf, type SeqOptions } from '../log/seq-options.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { printData, printJson, say } from '../print.ts';
import { ProgressBar } from '../progress-bar.ts';

interface Options extends SeqOptions {
  data: string;
  as?: string;
  out: string;
  personal?: true;
  withhold?: string;
  json?: true;
}

export async function runExport({ data, as, out, personal, withhold, json, ...asked }: Options): Promise<ExitCode> {
  const range = rangeOf(asked);
  const withheld = withhold === undefined ? [] : withhold.split(',').map((text) => numberOf('--withhold', text.trim()));
  // Opening for work would make a folder that is not there.
  (await lookIntoDataFolder(data)).close();
  return await atWork({ data, ...(as === undefined ? {} : { as }) }, ['export-evidence'], async (branch) => {
    const cancelled = new Cancelling();
    const progress = new ProgressBar();
    try {
      for await (const step of exportEvidence(branch, { ...range, personal: personal === true, withheld }, resolve(out))) {
        if (step.step === 'done') {
          progress.clear();
          tell(step, personal === true, json === true);
          return EXIT.done;
        }
        progress.show(step.done / Math.max(1, step.total), `${step.done} of ${step.total}`);
        if (!cancelled.isAsked) continue;
        progress.clear();
        say('Interrupted. Nothing was exported.');
        return EXIT.interrupted;
      }
      throw new Error('the export ended without a bundle');
    } catch (error) {
      progress.clear();
      throw error;
    } finally {
      cancelled.stop();
    }
  });
}

/** Ctrl-C ends the export between two steps, so that nothing half-written is left behind. */
class Cancelling {
  isAsked = false;
  readonly #ask = () => {
    this.isAsked = true;
  };

  constructor() {
    process.on('SIGINT', this.#ask).on('SIGTERM', this.#ask);
  }

  stop(): void {
    process.off('SIGINT', this.#ask).off('SIGTERM', this.#ask);
  }
}

function tell({ step: _step, ...done }: Extract<EvidenceStep, { step: 'done' }>, personal: boolean, json: boolean): void {
  if (json) printJson(done);
  else printData(`${done.file}\n${done.entries} entries, ${done.bytes} bytes, SHA-256 ${done.sha256}\n`);
  if (personal) say('It holds the keys of personal data: treat it as you treat the applicants.');
}
