/**
 * Values as text, for the way between the browser's isolated world and this process: exactly the kinds of value that Outpost sends.
 * Any other kind (Map, Error, RegExp, a cycle) throws, where Electron's structured clone would carry it.
 */
export interface Codec {
  encode: (value: unknown) => string;
  decode: (text: string) => unknown;
}

/** Self-contained: its source also runs in the page's isolated world. */
export function makeCodec(): Codec {
  // The browser has base64 on Uint8Array itself; Node 24 has Buffer.
  const inBrowser = typeof Buffer === 'undefined';
  const toBase64 = (bytes: Uint8Array): string =>
    inBrowser
      ? (bytes as Uint8Array & { toBase64(): string }).toBase64()
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const fromBase64 = (text: string): Uint8Array =>
    inBrowser
      ? (Uint8Array as unknown as { fromBase64(text: string): Uint8Array }).fromBase64(text)
      : new Uint8Array(Buffer.from(text, 'base64'));

  const pack = (value: unknown, depth: number): unknown => {
    if (depth > 200) throw new Error('electron stand-in: a value is nested too deep, or is a cycle');
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (value === undefined) return { $: 'undefined' };
    if (typeof value === 'bigint') return { $: 'bigint', v: String(value) };
    if (typeof value === 'number')
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $: 'number', v: Object.is(value, -0) ? '-0' : String(value) };
    if (typeof value !== 'object') throw new Error('An object could not be cloned.');
    if (Array.isArray(value)) return value.map((member) => pack(member, depth + 1));
    if (value instanceof Date) return { $: 'date', v: value.getTime() };
    if (value instanceof ArrayBuffer) return { $: 'buffer', v: toBase64(new Uint8Array(value)) };
    if (value instanceof Uint8Array) return { $: 'bytes', v: toBase64(value) };
    const parent = Object.getPrototypeOf(value) as object | null;
    if (parent !== null && Object.getPrototypeOf(parent) !== null)
      throw new Error(`electron stand-in: a ${value.constructor.name} in a message is not covered`);
    return { $: 'object', v: Object.entries(value).map(([key, member]) => [key, pack(member, depth + 1)]) };
  };

  const unpack = (packed: unknown): unknown => {
    if (packed === null || typeof packed !== 'object') return packed;
    if (Array.isArray(packed)) return packed.map(unpack);
    const { $, v } = packed as { $: string; v: unknown };
    if ($ === 'undefined') return undefined;
    if ($ === 'bigint') return BigInt(v as string);
    if ($ === 'number') return Number(v);
    if ($ === 'date') return new Date(v as number);
    if ($ === 'buffer') return fromBase64(v as string).buffer;
    if ($ === 'bytes') return fromBase64(v as string);
    return Object.fromEntries((v as [string, unknown][]).map(([key, member]) => [key, unpack(member)]));
  };

  return { encode: (value) => JSON.stringify(pack(value, 0)), decode: (text) => unpack(JSON.parse(text)) };
}

export const codec = makeCodec();
