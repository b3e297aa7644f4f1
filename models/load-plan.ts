/**
 * What a full load of a package found out by reading its graph and comparing batches, so that the next start need not find it out again.
 * It stands for these bytes under this program only: keep it where nobody else can write, by the package's digest and the program's versions.
 */
import type { ModelForm } from '../decision/ports.ts';
import type { SessionShape } from './session-shape.ts';

export interface LoadPlan {
  shape: SessionShape;
  /** Rows are scored one at a time. */
  rowByRow: boolean;
  form: ModelForm;
}

const MODES = ['LEQ', 'LT', 'GTE', 'GT', 'EQ', 'NEQ', 'LEAF'] as const;

/** @returns a text from which `readPlan` makes the same plan, bit for bit; about 40 characters per tree node */
export function writePlan({ form, ...rest }: LoadPlan): string {
  return JSON.stringify({ ...rest, form: packForm(form) });
}

function packForm(form: ModelForm): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(form).map(([name, value]: [string, unknown]) => {
      if (ArrayBuffer.isView(value)) return [name, Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')];
      if (name === 'mode') return [name, (value as (typeof MODES)[number][]).map((mode) => MODES.indexOf(mode)).join('')];
      return [name, value];
    }),
  );
}

/** The reverse. For texts that `writePlan` made; anything else throws or gives a plan that the golden rows refuse. */
export function readPlan(text: string): LoadPlan {
  const { form, ...rest } = JSON.parse(text) as Omit<LoadPlan, 'form'> & { form: Record<string, string> & Pick<ModelForm, 'kind'> };
  return { ...rest, form: unpackForm(form) };
}

function unpackForm(packed: Record<string, unknown>): ModelForm {
  const bytes = (name: string): ArrayBuffer => {
    const decoded = Buffer.from(String(packed[name]), 'base64');
    return decoded.buffer.slice(decoded.byteOffset, decoded.byteOffset + decoded.byteLength);
  };
  const { kind } = packed as { kind: ModelForm['kind'] };
  if (kind === 'opaque') return { kind };
  if (kind === 'linear') return { kind, coefficients: new Float64Array(bytes('coefficients')), intercept: Number(packed.intercept) };
  return {
    kind,
    roots: new Int32Array(bytes('roots')),
    feature: new Int32Array(bytes('feature')),
    threshold: new Float32Array(bytes('threshold')),
    mode: Array.from(String(packed.mode), (digit) => MODES[Number(digit)]!),
    whenTrue: new Int32Array(bytes('whenTrue')),
    whenFalse: new Int32Array(bytes('whenFalse')),
    missingTrue: new Uint8Array(bytes('missingTrue')),
    value: new Float64Array(bytes('value')),
    base: Number(packed.base),
    scale: packed.scale === 'probability' ? 'probability' : 'log-odds',
  };
}
