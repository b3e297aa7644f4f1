/** What is held, by product, with the places that every product has. */
import type { HeldArtefact, UpdateState } from '../../contract/update-calls.ts';

export interface ProductPlaces {
  product: string;
  champion: HeldArtefact | undefined;
  challengers: HeldArtefact[];
  policy: HeldArtefact | undefined;
  previous: HeldArtefact | undefined;
}

export function byProduct(held: UpdateState['held']): ProductPlaces[] {
  return [...new Set(held.map(({ product }) => product))].map((product) => {
    const here = held.filter((one) => one.product === product);
    const at = (alias: HeldArtefact['alias']) => here.find((one) => one.alias === alias);
    return {
      product,
      champion: at('champion'),
      challengers: here.filter(({ alias }) => alias === 'challenger'),
      policy: at('policy'),
      previous: at('previous'),
    };
  });
}
