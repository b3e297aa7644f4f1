/** One file of a bundle. */
export interface BundledFile {
  /** As docs/evidence-bundle.md names it. */
  path: string;
  bytes: Uint8Array | string;
}
