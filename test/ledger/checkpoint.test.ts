import { describe, expect, it } from 'vitest';
import { formatCheckpointBody, openCheckpoint, parseCheckpointBody, signCheckpoint } from '../../ledger/checkpoint.ts';
import { leafHash } from '../../ledger/merkle.ts';
import { signNote } from '../../ledger/note.ts';
import { noteSigner, parseVkey } from '../../ledger/note-keys.ts';

const root = leafHash(Buffer.from('the only entry'));
const base64 = root.toString('base64');
const log = noteSigner('outpost.invalid/branch-1/epoch-1', Buffer.alloc(32, 1));
const key = parseVkey(log.vkey)!;

describe('checkpoints', () => {
  it('survive being written and read', () => {
    const body = formatCheckpointBody(log.name, 1, root);
    expect(body).toBe(`${log.name}\n1\n${base64}\n`);
    expect(parseCheckpointBody(body)).toEqual({ origin: log.name, size: 1, root, extensions: [] });
    expect(parseCheckpointBody(`${body}more\n`)).toMatchObject({ extensions: ['more'] });
  });

  it.each([
    ['a leading zero', `log\n01\n${base64}\n`],
    ['a sign', `log\n+1\n${base64}\n`],
    ['a negative size', `log\n-1\n${base64}\n`],
    ['a fraction', `log\n1.0\n${base64}\n`],
    ['a size in hexadecimal', `log\n0x1\n${base64}\n`],
    ['a size that a double cannot hold', `log\n9007199254740993\n${base64}\n`],
    ['no origin', `\n1\n${base64}\n`],
    ['too few lines', 'log\n1\n'],
    ['no final newline', `log\n1\n${base64}`],
    ['a root of 31 bytes', `log\n1\n${root.subarray(1).toString('base64')}\n`],
    ['base64 of another alphabet', `log\n1\n${Buffer.alloc(32, 255).toString('base64url')}=\n`],
    ['an empty extension line', `log\n1\n${base64}\n\n`],
    ['nothing', ''],
  ])('are refused with %s', (_, body) => {
    expect(parseCheckpointBody(body)).toBeNull();
  });

  it('open with the key of their own origin only', () => {
    const note = signCheckpoint(1, root, log);
    expect(openCheckpoint(note, key)).toEqual({ origin: log.name, size: 1, root, extensions: [], cosignatures: [] });
    const other = noteSigner('outpost.invalid/branch-1/epoch-2', Buffer.alloc(32, 1));
    expect(openCheckpoint(note, parseVkey(other.vkey)!)).toEqual({ problem: 'no-known-signature' });
    expect(openCheckpoint(signNote(formatCheckpointBody(other.name, 1, root), log), key)).toEqual({ problem: 'malformed' });
    expect(openCheckpoint(note.replace('\n1\n', '\n2\n'), key)).toEqual({ problem: 'invalid-signature' });
  });
});
