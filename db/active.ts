/** What is active, and what one step back would bring, as all activations and what was said of models since add up. */
import { type Activation, listActivations } from './activations.ts';
import type { Reader } from './handle.ts';
import { listModelStates, type ModelState } from './model-states.ts';

export interface Active extends Activation {
  /** Entry that suspended it; null: it works. A suspended champion is active and decides nothing. */
  suspendedBy: number | null;
}

/** Of one product. */
interface InPlace {
  definition: Activation | null;
  /** What stood in the place, the present one last: going back takes the last one off. */
  champions: Activation[];
  policies: Activation[];
  /** By digest. */
  challengers: Map<string, Activation>;
  suspendedBy: number | null;
  /** Digests of models that people or this program went back from, and challengers that were retired: no offer brings them again. */
  left: Set<string>;
}

const GOES_BACK: readonly Activation['cause'][] = ['rolled-back', 'automatic', 'withdrawn'];

/** The product definition, policy, champion and challengers of each product, by product and kind. */
export function listActive(reader: Reader): Active[] {
  return [...placesOf(reader).values()].flatMap(({ definition, champions, policies, challengers, suspendedBy }) => {
    const works = (one: Activation): Active => ({ ...one, suspendedBy: null });
    const champion = champions.at(-1);
    return [
      ...[...challengers.values()].map(works),
      ...(champion === undefined ? [] : [{ ...champion, suspendedBy }]),
      ...policies.slice(-1).map(works),
      ...(definition === null ? [] : [works(definition)]),
    ];
  });
}

/** The champions (or policies) that a product had and did not go back from, the present one last. */
export function standingOf(reader: Reader, product: string, kind: 'model' | 'policy'): readonly Activation[] {
  const place = placesOf(reader).get(product);
  return (kind === 'model' ? place?.champions : place?.policies) ?? [];
}

/** Whether this branch went back from that model or policy, or retired it: only a person brings it again. */
export function wasLeft(reader: Reader, product: string, sha256: string): boolean {
  return placesOf(reader).get(product)?.left.has(sha256) === true;
}

/** By product, sorted. A log has a handful of activations a year: reading them all is cheaper than asking for the right ones. */
function placesOf(reader: Reader): Map<string, InPlace> {
  const events = [...listActivations(reader, 0, Number.MAX_SAFE_INTEGER), ...listModelStates(reader, 0, Number.MAX_SAFE_INTEGER)].sort(
    (a, b) => a.seq - b.seq,
  );
  const places = new Map<string, InPlace>();
  for (const event of events) {
    let place = places.get(event.product);
    if (place === undefined) {
      place = { definition: null, champions: [], policies: [], challengers: new Map(), suspendedBy: null, left: new Set() };
      places.set(event.product, place);
    }
    if ('state' in event) takeState(place, event);
    else takeActivation(place, event);
  }
  return new Map([...places].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function takeState(place: InPlace, { seq, state, sha256 }: ModelState): void {
  if (state === 'suspended') place.suspendedBy = seq;
  else if (state === 'resumed') place.suspendedBy = null;
  else if (place.challengers.delete(sha256)) place.left.add(sha256);
}

function takeActivation(place: InPlace, activation: Activation): void {
  const { kind, alias, sha256 } = activation;
  if (kind === 'product') place.definition = activation;
  else if (kind === 'policy') stand(place, place.policies, activation);
  else if (alias === 'challenger') {
    place.challengers.set(sha256, activation);
    place.left.delete(sha256);
  } else {
    stand(place, place.champions, activation);
    // What decides is no longer only compared, and what was stopped has been replaced.
    place.challengers.delete(sha256);
    place.suspendedBy = null;
  }
}

function stand(place: InPlace, standing: Activation[], activation: Activation): void {
  const { sha256, cause } = activation;
  const last = standing.at(-1);
  place.left.delete(sha256);
  if (GOES_BACK.includes(cause)) {
    const at = standing.findLastIndex((one, i) => i < standing.length - 1 && one.sha256 === sha256);
    const gone = standing.splice(at < 0 ? -1 : at);
    // What head office took back it may offer again; what was left here, was left for a reason of this PC.
    if (cause !== 'withdrawn') for (const one of gone) if (one.sha256 !== sha256) place.left.add(one.sha256);
  } else if (last?.sha256 === sha256) standing.pop();
  standing.push(activation);
}
