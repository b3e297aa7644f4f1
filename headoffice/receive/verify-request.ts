/**
 * Whose request it is: RFC 9421 signatures of devices (contract/sync.ts says over what). Only Ed25519, only with the components that are required,
 * and whatever else was signed must hold too. `created` has to be there and is not judged: a wrong clock locks nobody out, and a replay is harmless.
 */
import { hash, type KeyObject, verify } from 'node:crypto';
import { type FieldOccurrence, isSignatureError, type RequestDescriptor, verifySignature } from 'http-message-sig';
import { Refused, refuse } from './receiving.ts';

const ALGORITHM = 'ed25519';

export interface SignedRequest {
  method: string;
  /** As the device knows it: scheme, host, path and query. */
  targetUri: string;
  /** Node's `rawHeaders`. */
  rawHeaders: readonly string[];
}

/**
 * @param isWithBody whether it has a body: then its digest is signed, and its encoding where it has one
 * @param keyOf the public key of a device; null: there is none of that id
 * @returns the device's id
 * @throws Refused 401 without a signature that holds, 403 for a device that nobody knows
 */
export async function verifyRequest(
  request: SignedRequest,
  isWithBody: boolean,
  keyOf: (device: string) => Promise<KeyObject | null>,
): Promise<string> {
  const fields = fieldsOf(request.rawHeaders);
  const isEncoded = fields.some(({ name }) => name.toLowerCase() === 'content-encoding');
  const components = ['@method', '@target-uri', ...(isWithBody ? ['content-digest'] : []), ...(isEncoded ? ['content-encoding'] : [])];
  const message: RequestDescriptor = { kind: 'request', method: request.method, targetUri: request.targetUri, fields };
  return await verifyMessage(message, components, ['created', 'keyid', 'alg'], keyOf);
}

/** The same with other components. @returns the signature's `keyid` */
export async function verifyMessage(
  message: RequestDescriptor,
  components: readonly string[],
  parameters: readonly string[],
  keyOf: (device: string) => Promise<KeyObject | null>,
): Promise<string> {
  try {
    const { verifier } = await verifySignature(message, {
      policy: {
        algorithms: [ALGORITHM],
        requiredComponents: components,
        requiredParameters: parameters,
        // No moment is too early or too late.
        now: 0,
        clockSkew: Number.MAX_VALUE,
      },
      resolveVerifier: async (candidate) => {
        const device = candidate.parameters.keyid ?? '';
        const key = await keyOf(device);
        if (key === null) throw new Refused(unknownDevice());
        return { algorithm: ALGORITHM, device, verify: (data: Uint8Array, signature: Uint8Array) => verify(null, data, key, signature) };
      },
    });
    return verifier.device;
  } catch (error) {
    if (!isSignatureError(error)) throw error;
    if (error.code === 'ResolverFailed' && error.cause instanceof Error) throw error.cause;
    throw new Refused(refuse('unsigned', 401, `The signature of the request does not hold (${error.code}).`));
  }
}

/** RFC 9530: the SHA-256 of the bytes as they came. @throws Refused 401 */
export function checkDigest(rawHeaders: readonly string[], body: Uint8Array): void {
  const header = fieldsOf(rawHeaders).filter(({ name }) => name.toLowerCase() === 'content-digest');
  const digest = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):\s*(?:,|$)/.exec(header.map(({ value }) => value).join(','))?.[1];
  if (digest !== hash('sha256', body, 'base64')) throw new Refused(refuse('unsigned', 401, 'The body is not the one that was signed.'));
}

function unknownDevice() {
  return refuse('device', 403, 'This device was never enrolled. Enrol it with a branch file.');
}

function fieldsOf(rawHeaders: readonly string[]): FieldOccurrence[] {
  return Array.from({ length: rawHeaders.length / 2 }, (_, i) => ({ name: rawHeaders[2 * i]!, value: rawHeaders[2 * i + 1]! }));
}
