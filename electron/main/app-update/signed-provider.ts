/**
 * Tells electron-updater what is current from what the branch service verified, in the place of a `latest.yml` that anybody could have written, and
 * has every whole file fetched by the service: over HTTP with resuming, from a stick, and never without its signed hash.
 */
import { constants } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import type { CustomPublishOptions } from 'builder-util-runtime';
import electronUpdater, { type AppUpdater, type ResolvedUpdateFileInfo, type UpdateInfo } from 'electron-updater';
import type { ProviderRuntimeOptions } from 'electron-updater/out/providers/Provider.js';
import type { AppOffer } from '../../../contract/app-update.ts';
import { Failed } from '../../../contract/failure.ts';
import { boundRequests, type RequestLimits } from './bound-requests.ts';
import { checkInstaller } from './check-installer.ts';
import type { AppQuestions, OnProgress } from './questions.ts';

/** What the provider is made from; electron-updater hands it over as it is, as `feed`. */
export interface SignedFeed {
  questions: AppQuestions;
  /** What is being looked at; the same for every question of one check, so that what was compared is what is fetched. */
  offer(): AppOffer;
  onProgress: OnProgress;
  limits?: RequestLimits;
}

/** Block maps and installers by their names in the repository: no server is ever asked for such an address. */
const TARGETS = 'target://signed/';
const NOWHERE = new URL('target://none/');

export class SignedProvider extends electronUpdater.Provider<UpdateInfo> {
  readonly #feed: SignedFeed;

  /** @param runtime its executor is the updater's own: this is why the feed is set after everything else */
  constructor(options: CustomPublishOptions, _updater: AppUpdater, runtime: ProviderRuntimeOptions) {
    // Plain static servers answer several ranges in one request with the whole file.
    super({ ...runtime, isUseMultipleRangeRequest: false });
    this.#feed = options.feed as SignedFeed;
    const { executor } = this;
    boundRequests(executor, this.#feed.limits);
    executor.download = (_url, destination) => this.#download(destination);
    executor.downloadToBuffer = async (url) => await readFile(await this.#fetch(url));
  }

  override getLatestVersion(): Promise<UpdateInfo> {
    const offer = this.#feed.offer();
    const { version, sha512, bytes, blockMapSize, releasedOn } = offer;
    const url = addressOf(offer).href;
    const file = { url, sha512, size: bytes, ...(blockMapSize === null ? {} : { blockMapSize }) };
    // No `stagingPercentage`: whom it reaches was decided by branch and tag (branch/updates/rollout.ts), not by an id that this PC makes up.
    return Promise.resolve({ version, files: [file], path: url, sha512, releaseDate: releasedOn });
  }

  override resolveFiles({ files }: UpdateInfo): ResolvedUpdateFileInfo[] {
    return files.map((info) => ({ url: new URL(info.url), info }));
  }

  /** The default guesses names from versions; under consistent snapshots a file's name has its hash. */
  override getBlockMapFiles(): URL[] {
    const { blockmap, blockmapBefore } = this.#feed.offer();
    return [blockmapBefore, blockmap].map((name) => (name === null ? NOWHERE : new URL(TARGETS + name)));
  }

  /** Headers would carry electron-updater's id of this PC; nobody is asked anything that it could be sent to. */
  override setRequestHeaders(): void {}

  async #download(destination: string): Promise<string> {
    const { questions, offer, onProgress } = this.#feed;
    const of = offer();
    const file = await questions.fetch(of.target, onProgress);
    await copyFile(file, destination, constants.COPYFILE_FICLONE);
    // electron-updater leaves hashing to the download that this takes the place of.
    const refused = await checkInstaller(destination, of);
    if (refused !== null) throw new Failed(refused);
    return destination;
  }

  async #fetch(url: URL): Promise<string> {
    if (!url.href.startsWith(TARGETS)) throw new Error('there is no block map');
    return await this.#feed.questions.fetch(url.href.slice(TARGETS.length));
  }
}

/** Its last part is the installer's file name, by which electron-updater finds the right one. */
function addressOf({ url, target }: AppOffer): URL {
  return new URL(url ?? TARGETS + target);
}
