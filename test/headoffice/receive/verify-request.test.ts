import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { publicKeyOf } from '../../../headoffice/receive/enrol-device.ts';
import { verifyMessage, verifyRequest } from '../../../headoffice/receive/verify-request.ts';
import { testDevice } from '../../support/head-office.ts';
import { type Asked, signedHeadersOf } from '../../support/signed-client.ts';

/** RFC 9421, B.1.4 and B.2.6 (httpwg/http-extensions, archive/draft-ietf-httpbis-message-signatures.md; IETF Trust, BSD-3-Clause code components). */
const RFC_KEY = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs' }, format: 'jwk' });
const RFC_FIELDS: [string, string][] = [
  ['Host', 'example.com'],
  ['Date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
  ['Content-Type', 'application/json'],
  ['Content-Digest', 'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:'],
  ['Content-Length', '18'],
  [
    'Signature-Input',
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
  ],
  ['Signature', 'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:'],
];

describe('the example of RFC 9421', () => {
  const check = (fields: [string, string][], components: string[]) =>
    verifyMessage(
      {
        kind: 'request',
        method: 'POST',
        targetUri: 'https://example.com/foo?param=Value&Pet=dog',
        fields: fields.map(([name, value]) => ({ name, value })),
      },
      components,
      ['created', 'keyid'],
      async (id) => (id === 'test-key-ed25519' ? RFC_KEY : null),
    );

  it('holds', async () => {
    expect(await check(RFC_FIELDS, ['@method', '@path', 'date'])).toBe('test-key-ed25519');
  });

  it('does not hold with any field of it changed, nor for what it does not cover', async () => {
    for (const name of ['Date', 'Content-Type', 'Content-Length']) {
      const changed = RFC_FIELDS.map(([field, value]): [string, string] => [field, field === name ? `${value}x` : value]);
      await expect(check(changed, ['@method'])).rejects.toMatchObject({ problem: { status: 401 } });
    }
    await expect(check(RFC_FIELDS, ['@method', 'content-digest'])).rejects.toMatchObject({ problem: { status: 401 } });
  });
});

describe('a request of a device', () => {
  const BASE = 'https://sync.bank.example';
  const device = testDevice();
  const asked: Asked = { method: 'POST', path: '/v1/logs', body: Buffer.from('{}'), headers: { 'content-encoding': 'br' } };
  const verify = (
    request: Asked,
    target = `${BASE}${request.path}`,
    change: (headers: Record<string, string>) => Record<string, string> = (h) => h,
  ) =>
    verifyRequest(
      { method: request.method, targetUri: target, rawHeaders: Object.entries(change(signedHeadersOf(BASE, device, request))).flat() },
      request.body !== undefined,
      async (id) => (id === device.id ? publicKeyOf(device.publicKey) : null),
    );

  it('is known by its signature, whatever its clock says', async () => {
    expect(await verify(asked)).toBe(device.id);
    for (const created of [0, 4_102_444_800, 253_402_300_799])
      expect(await verify({ ...asked, signed: { parameters: `;created=${created};keyid="${device.id}";alg="ed25519"` } })).toBe(device.id);
  });

  const all = ['@method', '@target-uri', 'content-digest', 'content-encoding'];
  it.each([
    ['without the method', { components: all.slice(1) }],
    ['without the address', { components: all.filter((name) => name !== '@target-uri') }],
    ['without the digest', { components: all.filter((name) => name !== 'content-digest') }],
    ['without the encoding', { components: all.slice(0, 3) }],
    ['without a time', { parameters: `;keyid="${device.id}";alg="ed25519"` }],
    ['without an algorithm', { parameters: `;created=1;keyid="${device.id}"` }],
    ['under another algorithm', { parameters: `;created=1;keyid="${device.id}";alg="hmac-sha256"` }],
    ['for another method', { method: 'GET' }],
    ['for another address', { target: `${BASE}/v1/enrol` }],
  ])('is refused when it was signed %s', async (_how, signed) => {
    await expect(verify({ ...asked, signed })).rejects.toMatchObject({ problem: { status: 401, type: 'urn:outpost:unsigned' } });
  });

  it('is refused when anything signed was changed, taken away or added on the way', async () => {
    const changes: ((headers: Record<string, string>) => Record<string, string>)[] = [
      (headers) => ({ ...headers, 'content-encoding': 'gzip' }),
      (headers) => without(headers, 'content-encoding'),
      (headers) => without(headers, 'signature'),
      (headers) => without(headers, 'signature-input'),
      (headers) => ({ ...headers, signature: `${headers.signature}, x=:AAAA:` }),
      (headers) => ({ ...headers, signature: 'sig=:' }),
      (headers) => ({ ...headers, 'signature-input': headers['signature-input']!.replace(device.id, 'é') }),
    ];
    for (const change of changes) await expect(verify(asked, undefined, change)).rejects.toMatchObject({ problem: { status: 401 } });
    await expect(verify(asked, 'https://elsewhere.example/v1/logs')).rejects.toMatchObject({ problem: { status: 401 } });
  });

  it('is refused as a stranger’s when nobody knows its key', async () => {
    const parameters = `;created=1;keyid="${'0'.repeat(64)}";alg="ed25519"`;
    await expect(verify({ ...asked, signed: { parameters } })).rejects.toMatchObject({
      problem: { status: 403, type: 'urn:outpost:device' },
    });
  });
});

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([field]) => field !== name));
}
