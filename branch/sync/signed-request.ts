/** A request that names its device and proves it (RFC 9421, Ed25519; contract/sync.ts says over what). Its head is kept short: each byte of it is sent with every batch. */
import { hash, type KeyObject, sign } from 'node:crypto';
import { createSignatureSync } from 'http-message-sig';

/** The device whose requests these are. */
export interface SigningDevice {
  /** SHA-256 of its raw public key, hexadecimal: the `keyid`. */
  id: string;
  /** Ed25519. */
  privateKey: KeyObject;
}

export interface RequestParts {
  method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  body: Uint8Array | null;
}

/** The headers with digest and signature. @param now Unix milliseconds: a claim, which nobody judges */
export function signedHeaders(device: SigningDevice, { method, url, headers, body }: RequestParts, now: number): Record<string, string> {
  const all: Record<string, string> = { ...headers };
  const components = ['@method', '@target-uri'];
  if (body !== null) {
    // RFC 9530, 2: of the content as sent, in its encoding.
    all['content-digest'] = `sha-256=:${hash('sha256', body, 'base64')}:`;
    components.push('content-digest');
    if (all['content-encoding'] !== undefined) components.push('content-encoding');
  }
  const { signature, signatureInput } = createSignatureSync(
    { kind: 'request', method, targetUri: url, fields: Object.entries(all).map(([name, value]) => ({ name, value })) },
    {
      label: 's',
      components,
      parameters: { created: Math.floor(now / 1000), keyid: device.id, alg: 'ed25519' },
      signer: { algorithm: 'ed25519', sign: (data) => sign(null, data, device.privateKey) },
    },
  );
  return { ...all, 'signature-input': signatureInput, signature };
}
