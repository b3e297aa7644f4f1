import { spawnSync } from 'node:child_process';
import { verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failed } from '../../../contract/failure.ts';
import { createKeyFile, encryptedPem, publicFileOf, readKeyFile, readPublicFile } from '../../../headoffice/publish/key-file.ts';
import { generateKey, signBytes } from '../../../headoffice/publish/signing-key.ts';

const PASSPHRASE = 'four blue wooden boats';
const hasOpenssl = spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function kindOf(work: () => unknown): string {
  try {
    work();
    return 'no failure';
  } catch (error) {
    if (error instanceof Failed) return error.failure.kind;
    throw error;
  }
}

describe('a key file', () => {
  it('is opened by its passphrase, names its role, and is for its owner alone', () => {
    const key = generateKey('policy');
    const file = join(folder, 'policy.pem');
    createKeyFile(file, key, PASSPHRASE);
    const opened = readKeyFile(file, PASSPHRASE);
    expect([opened.role, opened.id]).toEqual(['policy', key.id]);
    const message = Buffer.from('a policy');
    expect(verify(null, message, key.privateKey, Buffer.from(signBytes(opened, message), 'hex'))).toBe(true);
    expect(readFileSync(file, 'utf8')).toMatch(
      /^Outpost signing key\nRole: policy\nKey: [0-9a-f]{64}\n-----BEGIN ENCRYPTED PRIVATE KEY-----\n/,
    );
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('gives its public part a file of its own, which holds nothing private', () => {
    const key = generateKey('app');
    const file = join(folder, 'app.pem');
    createKeyFile(file, key, PASSPHRASE);
    expect(readPublicFile(publicFileOf(file))).toEqual({ role: key.role, id: key.id, form: key.form });
    const secret = Buffer.from(key.privateKey.export({ format: 'jwk' }).d!, 'base64url');
    for (const written of [file, publicFileOf(file)])
      for (const encoding of ['hex', 'base64'] as const)
        expect(readFileSync(written, 'utf8')).not.toContain(secret.toString(encoding).slice(0, 40));
  });

  it('refuses a wrong passphrase, one that is soon guessed, a changed file, and what is no key', () => {
    const file = join(folder, 'root.pem');
    createKeyFile(file, generateKey('root'), PASSPHRASE);
    expect(kindOf(() => readKeyFile(file, `${PASSPHRASE}s`))).toBe('key-wrong');
    expect(kindOf(() => encryptedPem(generateKey('root'), 'eleven lett'))).toBe('usage');
    expect(kindOf(() => readKeyFile(join(folder, 'none.pem'), PASSPHRASE))).toBe('file-unreadable');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/Key: ./, 'Key: g'));
    expect(kindOf(() => readKeyFile(file, PASSPHRASE))).toBe('file-malformed');
    writeFileSync(file, text.replace('Role: root', 'Role: king'));
    expect(kindOf(() => readKeyFile(file, PASSPHRASE))).toBe('file-malformed');
    writeFileSync(file, '{"role":"root","key":{}}');
    expect(kindOf(() => readPublicFile(file))).toBe('file-malformed');
  });

  it('is never written over', () => {
    const file = join(folder, 'root.pem');
    createKeyFile(file, generateKey('root'), PASSPHRASE);
    const before = readFileSync(file);
    expect(kindOf(() => createKeyFile(file, generateKey('root'), PASSPHRASE))).toBe('usage');
    expect(readFileSync(file)).toEqual(before);
  });

  it.skipIf(hasOpenssl)('is NOT checked against OpenSSL: it is missing (apt-get install openssl)', () => {});

  it.runIf(hasOpenssl)('is opened by OpenSSL too: scrypt with AES-256, and not the 2,048 rounds that Node would write', () => {
    const file = join(folder, 'root.pem');
    const key = generateKey('root');
    createKeyFile(file, key, PASSPHRASE);
    const form = spawnSync('openssl', ['asn1parse'], {
      // `asn1parse` alone does not look past the text before the key.
      input: readFileSync(file, 'utf8').replace(/^[\s\S]*?(?=-----BEGIN)/, ''),
      encoding: 'utf8',
    }).stdout;
    expect(form).toMatch(/PBES2[\s\S]*scrypt|PBES2[\s\S]*1\.3\.6\.1\.4\.1\.11591\.4\.11/);
    expect(form).toMatch(/INTEGER\s*:4000\n[\s\S]*INTEGER\s*:08\n[\s\S]*INTEGER\s*:05\n[\s\S]*aes-256-cbc/);
    const opened = spawnSync('openssl', ['pkey', '-in', file, '-passin', `pass:${PASSPHRASE}`, '-pubout', '-outform', 'DER']);
    expect(opened.stdout.subarray(-32).toString('hex')).toBe(key.form.keyval.public);
  });
});
