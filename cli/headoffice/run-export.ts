/** `outpost headoffice export`. */
import { closeSync, existsSync, fsyncSync, renameSync, rmSync, writeSync } from 'node:fs';
import { userInfo } from 'node:os';
import { recordAction } from '../../headoffice/actions.ts';
import { checkQuestion, EXPORT_FORMATS, exportPredictions } from '../../headoffice/feeds/export-predictions.ts';
import { createFile } from '../create-file.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { say } from '../print.ts';
import { usage } from '../repo/usage.ts';
import { atHeadOffice } from './open-head-office.ts';
import type { HeadOfficeOptions } from './store-options.ts';

export interface ExportOptions extends HeadOfficeOptions {
  from: string;
  to: string;
  out: string;
  format: string;
  product?: string;
}

export async function runExport(what: string, { from, to, out, format: named, product, ...where }: ExportOptions): Promise<ExitCode> {
  if (what !== 'predictions') throw usage(`There is no export of ${JSON.stringify(what)}.`, 'Give predictions.');
  const format = EXPORT_FORMATS.find((each) => each === named);
  if (format === undefined) throw usage(`There is no format ${JSON.stringify(named)}.`, `Give ${EXPORT_FORMATS.join(' or ')}.`);
  const question = checkQuestion({ from, to, product: product ?? null });
  if (existsSync(out)) throw usage(`${out} is there already.`, 'Name another file.');
  const rows = await atHeadOffice(where, async ({ store }) => {
    const detail = { from, to, product: product ?? null, format };
    await recordAction(store, { who: `cli:${userInfo().username}`, what: 'export-predictions', detail });
    return await write(out, (tell) => exportPredictions(store, format, question, tell));
  });
  say(`${rows} decisions, received from ${from} to ${to}: ${out}`);
  if (Date.parse(`${to}T00:00:00Z`) + 24 * 3_600_000 + 60_000 > Date.now())
    say(`${to} has not ended: what comes later is not in this file.`);
  return EXIT.done;
}

/** Under an unfinished name until it is whole and durable. */
async function write(out: string, give: (tell: (rows: number) => void) => AsyncIterable<Buffer>): Promise<number> {
  const unfinished = `${out}.unfinished`;
  const fd = createFile(unfinished);
  let rows = 0;
  try {
    for await (const chunk of give((n) => {
      rows = n;
    }))
      for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at);
    fsyncSync(fd);
  } catch (error) {
    closeSync(fd);
    rmSync(unfinished, { force: true });
    throw error;
  }
  closeSync(fd);
  renameSync(unfinished, out);
  return rows;
}
