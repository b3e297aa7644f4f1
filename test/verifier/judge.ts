/** Puts evidence where the verifier reads it, and asks for the verdict. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseVkey } from '../../verifier/note.ts';
import { verifyEvidence } from '../../verifier/verify.ts';
import type { Files, Signer } from './sample-log.ts';
import { zip } from './sample-zip.ts';

export interface Known {
  logs?: Signer[];
  witnesses?: Signer[];
  quorum?: number;
  receipts?: string[];
  checkpoints?: string[];
}

export interface Judged {
  verdict: string;
  exitCode: number;
  tampered: string[];
  malformed: string[];
  proven: string[];
  unproven: string[];
  // biome-ignore lint/suspicious/noExplicitAny: the report's facts, each test knows its own
  [fact: string]: any;
}

/** What the verifier says of an archive, of files put into one, or of a folder (`isFolder`). */
export function judge(evidence: Files | Buffer, known: Known = {}, isFolder = false): Judged {
  const room = mkdtempSync(join(tmpdir(), 'outpost-verifier-'));
  try {
    const path = join(room, 'evidence');
    if (isFolder) writeFiles(path, evidence as Files);
    else writeFileSync(path, evidence instanceof Map ? zip(evidence) : evidence);
    const keep = (texts: string[] | undefined, name: string): string[] =>
      (texts ?? []).map((text, i) => {
        writeFileSync(join(room, `${name}-${i}`), text);
        return join(room, `${name}-${i}`);
      });
    const keys = (signers: Signer[] | undefined) => (signers ?? []).map(({ vkey }) => parseVkey(vkey)!);
    const witnesses = keys(known.witnesses);
    const trust = { logs: keys(known.logs), witnesses, quorum: known.quorum ?? witnesses.length };
    const report = verifyEvidence(path, trust, {
      receipts: keep(known.receipts, 'receipt'),
      checkpoints: keep(known.checkpoints, 'checkpoint'),
    });
    return JSON.parse(JSON.stringify(report)) as Judged;
  } finally {
    rmSync(room, { recursive: true });
  }
}

export function writeFiles(root: string, files: Files): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
}
