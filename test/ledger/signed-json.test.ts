import { expect, it } from 'vitest';
import { noteSigner, parseVkey } from '../../ledger/note-keys.ts';
import { openSignedJson, peekSignedJson, signJson } from '../../ledger/signed-json.ts';

const SIGNER = noteSigner('headoffice.invalid', Buffer.alloc(32, 7));
const KEY = parseVkey(SIGNER.vkey)!;
const VALUE = { branch: 'north-12', name: 'Norte – «12»', list: [1, 2.5, null] };

it('gives back the value that was signed', () => {
  expect(openSignedJson(signJson(VALUE, SIGNER), KEY)).toEqual({ value: VALUE });
  expect(peekSignedJson(signJson(VALUE, SIGNER))).toEqual({ value: VALUE });
});

it('is refused with one letter changed, and by another key', () => {
  const note = signJson(VALUE, SIGNER);
  expect(openSignedJson(note.replace('north', 'south'), KEY)).toEqual({ problem: 'invalid-signature' });
  expect(openSignedJson(note, parseVkey(noteSigner('headoffice.invalid', Buffer.alloc(32, 8)).vkey)!)).toEqual({
    problem: 'no-known-signature',
  });
});

it('is refused where the signed text is not canonical JSON', async () => {
  const { signNote } = await import('../../ledger/note.ts');
  expect(openSignedJson(signNote('{ "a": 1 }\n', SIGNER), KEY)).toEqual({ problem: 'malformed' });
});
