/**
 * What a disk may hold after a power cut, given the calls that were made until then. Data that was written and not yet synced may be
 * there or not, write by write, in any combination, and in part (sectors of 512 bytes); so may the length that a write gave a file.
 * Names that were made, moved or removed since their own folder was synced may be there up to any moment. A sync that failed never
 * makes good what was written before it, whatever a later one says.
 */
import { basename, dirname, relative, sep } from 'node:path';
import type { Random } from './random.ts';
import type { Call } from './read-trace.ts';

const SECTOR = 512;

type Data = { at: number; data: Buffer } | { length: number };

interface FileNode {
  kind: 'file';
  /** All that is surely there. */
  base: Buffer;
  changes: { moment: number; change: Data; kept: 'maybe' | 'surely' | 'never-surely' }[];
}

interface FolderNode {
  kind: 'folder';
  seen: Map<string, Node>;
  sure: Map<string, Node>;
  changes: { moment: number; name: string; to: Node | null }[];
}

type Node = FileNode | FolderNode;

/** `zeros`: the file has the length that the write gave it, but not its bytes. */
export type Fate = 'there' | 'gone' | 'torn' | 'zeros';

/** How a power cut decides, by the moments at which changes were made. */
export interface Cut {
  fateOf: (moment: number) => Fate;
  /** Names changed at this moment and later are as before. */
  namesUntil: number;
  random: Random;
}

/** Files by path within the folder, as a power cut may leave them. */
export type DiskState = Map<string, Buffer>;

const newFolder = (): FolderNode => ({ kind: 'folder', seen: new Map(), sure: new Map(), changes: [] });

export class Disk {
  readonly #path: string;
  /** Whether a sync of this file or folder counts. */
  readonly #syncs: (path: string) => boolean;
  readonly #root = newFolder();
  readonly #nodes: Node[] = [this.#root];
  readonly #open = new Map<number, { node: Node; path: string }>();
  #moment = 0;

  /** A folder that is empty so far. */
  constructor(path: string, syncs: (path: string) => boolean = () => true) {
    this.#path = path;
    this.#syncs = syncs;
  }

  /** Moments of the changes that are not sure. */
  unsure(): { data: number[]; names: number[] } {
    const [data, names]: [number[], number[]] = [[], []];
    for (const node of this.#nodes) {
      if (node.kind === 'folder') names.push(...node.changes.map(({ moment }) => moment));
      else data.push(...node.changes.filter(({ kept }) => kept !== 'surely').map(({ moment }) => moment));
    }
    return { data: data.sort((a, b) => a - b), names: names.sort((a, b) => a - b) };
  }

  apply(call: Call): void {
    if (call.call === 'open') this.#openNode(call);
    else if (call.call === 'write') this.#change(call.descriptor, { at: call.at, data: call.data });
    else if (call.call === 'truncate') this.#change(call.descriptor, { length: call.length });
    else if (call.call === 'sync') this.#sync(call.descriptor, call.failed);
    else if (call.call === 'mkdir') this.#rename(call.path, this.#made(newFolder()));
    else if (call.call === 'rename') this.#rename(call.to, this.#found(call.from), call.from);
    else if (call.call === 'link') this.#rename(call.to, this.#found(call.from));
    else if (call.call === 'unlink' || call.call === 'rmdir') this.#rename(call.path, null);
  }

  /** What the disk holds when the power goes now. */
  after(cut: Cut): DiskState {
    const state: DiskState = new Map();
    collect(this.#root, '', cut, state);
    return state;
  }

  #made<T extends Node>(node: T): T {
    this.#nodes.push(node);
    return node;
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const name of relative(this.#path, path).split(sep).filter(Boolean))
      node = node?.kind === 'folder' ? node.seen.get(name) : undefined;
    return node;
  }

  #openNode({ descriptor, path, makes, empties }: Extract<Call, { call: 'open' }>): void {
    let node = this.#find(path);
    if (node === undefined) {
      if (!makes) throw new Error(`${path} was there before the record began`);
      node = this.#made<FileNode>({ kind: 'file', base: Buffer.alloc(0), changes: [] });
      this.#rename(path, node);
    }
    this.#open.set(descriptor, { node, path });
    if (empties) this.#change(descriptor, { length: 0 });
  }

  #found(path: string): Node {
    const node = this.#find(path);
    if (node === undefined) throw new Error(`${path} was there before the record began`);
    return node;
  }

  #change(descriptor: number, change: Data): void {
    const node = this.#open.get(descriptor)?.node;
    if (node?.kind !== 'file') throw new Error(`descriptor ${descriptor} is no file`);
    node.changes.push({ moment: this.#moment++, change, kept: 'maybe' });
  }

  /** Gives a name to a node (null: to none), and takes another name of the same folder away, in one step. */
  #rename(path: string, to: Node | null, from: string | null = null): void {
    const folder = this.#find(dirname(path));
    if (folder?.kind !== 'folder') throw new Error(`${dirname(path)} is no folder`);
    if (from !== null && dirname(from) !== dirname(path)) throw new Error('this model has renames within a folder only');
    const moment = this.#moment++;
    for (const change of [...(from === null ? [] : [{ moment, name: basename(from), to: null }]), { moment, name: basename(path), to }]) {
      folder.changes.push(change);
      setName(folder.seen, change);
    }
  }

  #sync(descriptor: number, failed: boolean): void {
    const opened = this.#open.get(descriptor);
    if (opened === undefined) throw new Error(`descriptor ${descriptor} is not known`);
    const { node, path } = opened;
    if (!this.#syncs(path)) return;
    if (node.kind === 'folder') {
      if (!failed) for (const change of node.changes.splice(0)) setName(node.sure, change);
      return;
    }
    for (const change of node.changes) if (change.kept === 'maybe') change.kept = failed ? 'never-surely' : 'surely';
    const doubtful = node.changes.findIndex(({ kept }) => kept !== 'surely');
    const sure = node.changes.splice(0, doubtful < 0 ? node.changes.length : doubtful);
    node.base = sure.reduce((content, { change }) => applyData(content, change), node.base);
  }
}

function setName(names: Map<string, Node>, { name, to }: { name: string; to: Node | null }): void {
  if (to === null) names.delete(name);
  else names.set(name, to);
}

function collect(folder: FolderNode, path: string, cut: Cut, state: DiskState): void {
  const names = new Map(folder.sure);
  for (const change of folder.changes) if (change.moment < cut.namesUntil) setName(names, change);
  for (const [name, node] of names) {
    if (node.kind === 'folder') collect(node, `${path}${name}/`, cut, state);
    else state.set(path + name, contentOf(node, cut));
  }
}

function contentOf({ base, changes }: FileNode, { fateOf, random }: Cut): Buffer {
  let content: Buffer = Buffer.from(base);
  for (const { moment, change, kept } of changes) {
    const fate = kept === 'surely' ? 'there' : fateOf(moment);
    if (fate === 'there' || (fate !== 'gone' && 'length' in change)) content = applyData(content, change);
    else if (fate === 'zeros') content = grown(content, endOf(change));
    else if (fate === 'torn') for (const sector of sectorsOf(change)) if (random.chance(0.5)) content = applyData(content, sector);
  }
  return content;
}

/** May change `content` itself. */
function applyData(content: Buffer, change: Data): Buffer {
  const long = grown(content, endOf(change));
  if ('length' in change) return long.subarray(0, change.length);
  change.data.copy(long, change.at);
  return long;
}

function endOf(change: Data): number {
  return 'length' in change ? change.length : change.at + change.data.length;
}

function grown(content: Buffer, length: number): Buffer {
  return length <= content.length ? content : Buffer.concat([content, Buffer.alloc(length - content.length)]);
}

function sectorsOf(change: Data): Data[] {
  if ('length' in change) return [change];
  const { at, data } = change;
  const sectors: Data[] = [];
  for (let from = at; from < at + data.length; ) {
    const to = Math.min(at + data.length, (Math.floor(from / SECTOR) + 1) * SECTOR);
    sectors.push({ at: from, data: data.subarray(from - at, to - at) });
    from = to;
  }
  return sectors;
}
