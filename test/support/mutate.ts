/** Changes to bytes and to JSON that a seed decides: what bad luck, bad software or bad will may do to a file. */

type Draw = () => number;

const pick = <T>(draw: Draw, from: readonly T[]): T => from[Math.floor(draw() * from.length)]!;
const INTERESTING = [0, 1, 0x7f, 0x80, 0xff];

/** One to eight changes: bits, bytes, stretches that are cut, doubled, moved or zeroed, and ends that are cut off. */
export function mutateBytes(bytes: Uint8Array, draw: Draw): Uint8Array {
  let changed = Uint8Array.from(bytes);
  const times = 1 + Math.floor(draw() * 8);
  for (let i = 0; i < times && changed.length > 0; i++) changed = mutateOnce(changed, draw);
  return changed;
}

function mutateOnce(bytes: Uint8Array<ArrayBuffer>, draw: Draw): Uint8Array<ArrayBuffer> {
  const at = Math.floor(draw() * bytes.length);
  const length = Math.min(bytes.length - at, 1 + Math.floor(draw() ** 3 * 64));
  const kind = draw();
  if (kind < 0.35) bytes[at]! ^= 1 << Math.floor(draw() * 8);
  else if (kind < 0.6) bytes[at] = pick(draw, INTERESTING);
  else if (kind < 0.7) return joined(bytes.subarray(0, at), bytes.subarray(at + length));
  else if (kind < 0.8) return joined(bytes.subarray(0, at + length), bytes.subarray(at));
  else if (kind < 0.9) bytes.copyWithin(Math.floor(draw() * bytes.length), at, at + length);
  else if (kind < 0.97) bytes.fill(0, at, at + length);
  else return joined(bytes.subarray(0, at), new Uint8Array(0));
  return bytes;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

const VALUES: unknown[] = [
  null,
  true,
  '',
  'x'.repeat(70),
  '../x',
  '\u0000',
  -1,
  0,
  1,
  1.5,
  1e308,
  2 ** 53,
  [],
  {},
  [[]],
  { constructor: 1 },
];

/** The value with one place of it changed, gone, doubled or put in by another name. */
export function mutateJson(value: unknown, draw: Draw): unknown {
  if (typeof value !== 'object' || value === null) return pick(draw, VALUES);
  const keys = Object.keys(value);
  if (keys.length === 0 || draw() < 0.05) return pick(draw, VALUES);
  const key = pick(draw, keys);
  const record = value as Record<string, unknown>;
  if (draw() < 0.6) return withKey(value, key, mutateJson(record[key], draw));
  const kind = draw();
  if (kind < 0.3) return Array.isArray(value) ? value.filter((_, i) => String(i) !== key) : without(record, key);
  if (kind < 0.5)
    return Array.isArray(value)
      ? [...value, value[Number(key)]]
      : { ...record, [pick(draw, ['__proto__x', 'extra', '', key.toUpperCase()])]: record[key] };
  return withKey(value, key, pick(draw, [...VALUES, record[pick(draw, keys)]]));
}

function withKey(value: object, key: string, to: unknown): unknown {
  if (Array.isArray(value)) return value.with(Number(key), to);
  return { ...value, [key]: to };
}

function without(record: Record<string, unknown>, key: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
