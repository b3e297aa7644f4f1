/** The card of a package that need not be active anywhere: the one that it brings, or one rendered from its manifest. */
import type { Artefact } from '../contract/entry-base.ts';
import { Failed } from '../contract/failure.ts';
import { renderCard } from '../models/card/render-card.ts';
import { openPackage } from '../models/open-package.ts';

export interface PackageCard {
  package: Artefact;
  /** `package`: model-card.md, whose digest is what the manifest says. `manifest`: rendered here. */
  from: 'package' | 'manifest';
  markdown: string;
}

/** @throws Failed `file-unreadable`, `model-package-malformed`, `model-package-unsafe` */
export async function packageCard(path: string): Promise<PackageCard> {
  const opened = await openPackage(path);
  if ('failure' in opened) throw new Failed(opened.failure);
  const { artefact, modelCard } = opened;
  return modelCard === null
    ? { package: artefact, from: 'manifest', markdown: renderCard(opened) }
    : { package: artefact, from: 'package', markdown: modelCard };
}
