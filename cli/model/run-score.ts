/** `outpost model score`. */
import { closeSync } from 'node:fs';
import { type ScoredLine, scoreFile } from '../../branch/score-file.ts';
import { createFile } from '../create-file.ts';
import { csvLine } from '../csv-line.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { BUNDLED_DIR } from '../open-data-folder.ts';
import { printData, say } from '../print.ts';

interface Options {
  in: string;
  out: string;
  explain?: true;
  product?: string;
}

export async function runScore(path: string, options: Options): Promise<ExitCode> {
  const explain = options.explain === true;
  const file = await scoreFile(path, options.in, options.product ?? null, explain, BUNDLED_DIR);
  try {
    for (const notice of file.notices) say(`${options.in}: ${notice}`);
    const fd = createFile(options.out);
    let scored = 0;
    let failed = 0;
    try {
      const contributions = explain ? file.characteristics.map((id) => `contribution_${id}`) : [];
      printData(csvLine(['row', 'pd', 'score', 'failed', ...contributions]), fd);
      for await (const lines of file.groups) {
        printData(lines.map((line) => csvLine(cellsOf(line, contributions.length))).join(''), fd);
        scored += lines.length;
        failed += lines.filter((line) => line.failed !== null).length;
      }
    } finally {
      closeSync(fd);
    }
    say(`${scored} rows, ${failed} of them failed (see the column failed in ${options.out})`);
    return failed > 0 ? EXIT.found : EXIT.done;
  } finally {
    await file.close();
  }
}

function cellsOf({ row, pd, score, failed, contributions }: ScoredLine, columns: number): (string | number | null)[] {
  return [row, pd, score, failed, ...(contributions ?? Array.from({ length: columns }, () => null))];
}
