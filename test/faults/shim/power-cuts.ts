/** Ways in which the power may go at one moment, each with its name. */
import type { Cut, Disk, DiskState, Fate } from './disk-model.ts';
import type { Random } from './random.ts';

export type CutName = 'nothing more' | 'everything' | 'in order' | 'some' | 'all but one' | 'one alone' | 'torn';

const RANDOM_CUTS: readonly CutName[] = ['in order', 'some', 'all but one', 'one alone', 'torn'];
const TORN: readonly Fate[] = ['there', 'there', 'gone', 'torn', 'torn', 'zeros'];

/**
 * Disk states that the calls so far allow: with none and with all of what was not synced, and `more` that chance chooses.
 * Where all was synced there is but one.
 */
export function* cutPower(disk: Disk, random: Random, more: number): Generator<{ cut: CutName; state: DiskState }> {
  const { data, names } = disk.unsure();
  const make = (cut: CutName): { cut: CutName; state: DiskState } => ({ cut, state: disk.after(cutOf(cut, data, names, random)) });
  yield make('nothing more');
  if (data.length + names.length === 0) return;
  yield make('everything');
  for (let i = 0; i < more; i++) yield make(random.pick(RANDOM_CUTS));
}

function cutOf(cut: CutName, data: readonly number[], names: readonly number[], random: Random): Cut {
  const one = data.length === 0 ? -1 : random.pick(data);
  const anyNames = names[random.below(names.length + 1)] ?? Number.POSITIVE_INFINITY;
  const until = random.pick([...data, ...names, 0]);
  const fates = new Map<number, Fate>(data.map((moment) => [moment, fateOf(moment)]));
  function fateOf(moment: number): Fate {
    switch (cut) {
      case 'nothing more':
        return 'gone';
      case 'everything':
        return 'there';
      case 'in order':
        return moment < until ? 'there' : 'gone';
      case 'some':
        return random.chance(0.5) ? 'there' : 'gone';
      case 'all but one':
        return moment === one ? 'gone' : 'there';
      case 'one alone':
        return moment === one ? 'there' : 'gone';
      case 'torn':
        return random.pick(TORN);
    }
  }
  const namesUntil = cut === 'nothing more' ? 0 : cut === 'everything' ? Number.POSITIVE_INFINITY : cut === 'in order' ? until : anyNames;
  return { fateOf: (moment) => fates.get(moment) ?? 'there', namesUntil, random };
}
