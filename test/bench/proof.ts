/** How much text a proof of one entry is, against what it cannot do without; and how long it takes to make one. */
import { appendEntries } from '../../branch/log/append-entries.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { entryProof } from '../../branch/log/prove.ts';
import { signCheckpoint } from '../../ledger/checkpoint.ts';
import { EMPTY_FRONTIER, extendFrontier, HASH_BYTES, joiningReader, leafHash, type NodeReader, rootOf } from '../../ledger/merkle.ts';
import type { NoteSigner } from '../../ledger/note-keys.ts';
import { inclusionProof } from '../../ledger/proofs.ts';
import { formatTlogProof } from '../../ledger/tlog-proof.ts';
import { countersigned, witnessNamed } from '../support/witnesses.ts';
import { entryOfSize } from './log-entries.ts';
import { interleave, spreadOf } from './measure/interleave.ts';
import type { Finding, Result } from './measure/result.ts';
import { openOffice } from './office.ts';

const SIZES = [1000, 1_000_000];
const SAMPLES = 200;
const ENTRIES = 20_000;
const GROUP = 1000;

export async function benchProof(_folder: string, dataDir: string): Promise<Result> {
  const branch = await openOffice(dataDir);
  const findings = SIZES.flatMap((size) => sizesOf(size, branch.log.signer));
  const entry = entryOfSize(branch.log, 1024);
  for (let n = 0; n < ENTRIES; n += GROUP)
    appendEntries(
      branch.log,
      Array.from({ length: GROUP }, () => entry),
    );
  const checkpoint = checkpointLog(branch.log);
  const { made } = await interleave(
    { made: (i) => entryProof(branch.log.db, (i * 7919) % checkpoint.size, checkpoint) },
    { rounds: 11, repeats: 200, warmUp: 200 },
  );
  findings.push({
    what: `to make one in a log of ${checkpoint.size}`,
    ours: spreadOf(made).median,
    floor: null,
    unit: 'µs',
    ratio: null,
    target: null,
  });
  await branch.close();
  return {
    name: 'proof',
    about: ['A receipt (C2SP tlog-proof) as text, against its hashes (32 bytes each) and its checkpoint: nothing that can be left out.'],
    findings,
  };
}

function sizesOf(size: number, signer: NoteSigner): Finding[] {
  const { node, root } = treeOf(size);
  const own = signCheckpoint(size, root, signer);
  const witnessed = countersigned(own, [witnessNamed('head-office'), 1_790_000_000], [witnessNamed('audit'), 1_790_000_000]);
  return [
    [own, 'signed by the log'],
    [witnessed, 'with two countersignatures'],
  ].map(([checkpoint = '', how = '']): Finding => {
    const [texts, needed]: [number[], number[]] = [[], []];
    for (let i = 0; i < SAMPLES; i++) {
      const index = (i * 7919) % size;
      const hashes = inclusionProof(index, size, node);
      texts.push(Buffer.byteLength(formatTlogProof({ extra: null, index, hashes, checkpoint })));
      needed.push(hashes.length * HASH_BYTES + Buffer.byteLength(checkpoint));
    }
    return {
      what: `of ${size.toLocaleString('en')} entries, ${how}`,
      ours: spreadOf(texts).median,
      floor: spreadOf(needed).median,
      unit: 'bytes',
      ratio: spreadOf(texts.map((text, i) => text / needed[i]!)),
      target: { atMost: 1.5 },
    };
  });
}

function treeOf(size: number): { node: NodeReader; root: Buffer } {
  const leaves = Array.from({ length: size }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));
  const { frontier, nodes } = extendFrontier(EMPTY_FRONTIER, leaves);
  const stored = new Map(nodes.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
  const node = joiningReader((level, from, to) =>
    level === 0 ? leaves.slice(from, to) : Array.from({ length: to - from }, (_, i) => stored.get(`${level}/${from + i}`)!),
  );
  return { node, root: rootOf(frontier) };
}
