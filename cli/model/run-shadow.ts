/** `outpost model shadow`: every challenger of a product held against its champion. */
import { compareShadow } from '../../branch/activation/compare-shadow.ts';
import { challengersOf } from '../../branch/list-models.ts';
import type { ShadowComparison } from '../../contract/update-calls.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { lookIntoDataFolder } from '../open-data-folder.ts';
import { printData, printJson } from '../print.ts';

export async function runShadow({ data, product, json }: { data: string; product: string; json?: true }): Promise<ExitCode> {
  const folder = await lookIntoDataFolder(data);
  try {
    const found: ShadowComparison[] = [];
    for (const { sha256 } of challengersOf(folder.db, product)) found.push(await compareShadow(folder, product, sha256));
    if (json === true) printJson(found);
    else printData(found.length === 0 ? `${product} has no challenger.\n` : found.map(inWords).join('\n'));
    return EXIT.done;
  } finally {
    folder.close();
  }
}

function inWords(comparison: ShadowComparison): string {
  const { champion, challenger, decisions, unscored, from, to, agreement, shift, histogram, shifts, isTooFew } = comparison;
  const lines = [
    `${challenger.name} ${challenger.version} (${challenger.sha256})`,
    `  against ${champion.name} ${champion.version}: ${decisions} decisions that both scored, ${unscored} that the challenger did not`,
  ];
  if (from !== null && to !== null) lines.push(`  from ${from} to ${to}`);
  if (isTooFew) lines.push('  Too few to say anything.');
  if (agreement !== null) lines.push(`  the same outcome of the cutoff alone: ${(agreement * 100).toFixed(1)} %`);
  if (shift !== null) {
    const [mean, p10, median, p90] = [shift.mean, shift.p10, shift.median, shift.p90].map((points) => points.toFixed(1));
    lines.push(`  score, challenger less champion: mean ${mean}, p10 ${p10}, median ${median}, p90 ${p90}`);
  }
  if (histogram !== null) lines.push(...bars(histogram));
  for (const one of shifts) lines.push(`  ${one.from} → ${one.to}: ${one.count ?? 'a few'}`);
  return `${lines.join('\n')}\n`;
}

const WIDEST_BAR = 40;

function bars({ edges, counts }: NonNullable<ShadowComparison['histogram']>): string[] {
  const most = Math.max(...counts, 1);
  return counts.map((count, i) => {
    const range = `${i === 0 ? '' : edges[i - 1]} … ${i === edges.length ? '' : edges[i]}`;
    return `  ${range.padStart(14)}  ${String(count).padStart(7)} ${'█'.repeat(Math.round((count / most) * WIDEST_BAR))}`;
  });
}
