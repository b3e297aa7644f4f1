import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelManifest, ModelOutput } from '../../contract/model-package.ts';
import { columnsOf } from '../../models/forms/graph-columns.ts';
import { readModel } from '../../models/onnx/read-model.ts';
import { checkStatically } from '../../models/static-checks.ts';
import { fixtures, manifestOf, openFixture, soundFixtures } from './pack-fixture.ts';

async function problemsOf(name: string, manifest?: Partial<ModelManifest>): Promise<string[]> {
  return checkStatically(await openFixture(name, { manifest })).checks.flatMap((check) => (check.problem === null ? [] : [check.problem]));
}

const outputWith = (name: string, change: Partial<ModelOutput>) => ({ output: { ...fixtures[name]!.output, ...change } });

describe('static checks of a graph', () => {
  it.each(soundFixtures)('find nothing wrong with %s', async (name) => {
    expect(await problemsOf(name)).toStrictEqual([]);
  });

  it.each([
    ['hostile-cycle', 'run in a circle'],
    ['hostile-dangling', 'points to a node 9 that does not exist'],
    ['hostile-duplicate', 'has two nodes with the number 1'],
    ['hostile-far-column', 'tests column 400, and its input has 4 columns'],
    ['hostile-far-column-unshaped', 'tests column 400, and its input has 4 columns'],
    ['hostile-many-targets', 'classes or targets; 1 to 1000 are taken'],
    ['hostile-nan-leaf', "a leaf's value is not a finite number"],
    ['hostile-infinite-leaf', "a leaf's value is not a finite number"],
    ['hostile-nan-weights', 'not all finite numbers'],
    ['hostile-external', 'is kept in another file'],
    ['hostile-opset', 'uses opset 999 of ai.onnx'],
    ['hostile-loop', 'uses ai.onnx.Loop'],
    ['hostile-random', 'uses ai.onnx.RandomUniformLike'],
    ['hostile-custom-domain', 'uses com.example.Gadget'],
    ['hostile-applicant-size', 'takes a size from the values of the input'],
  ])('refuse %s, and say why', async (name, why) => {
    expect((await problemsOf(name)).join('; ')).toContain(why);
  });
});

describe('static checks of bytes that were tampered with', () => {
  it('end with a result, whatever bytes were changed or cut off', async () => {
    const opened = await openFixture('xgb-columns');
    const version5 = await openFixture('trees-five');
    const change = fc.record({ at: fc.nat(), to: fc.nat(255) });
    fc.assert(
      fc.property(fc.constantFrom(opened, version5), fc.array(change, { minLength: 1, maxLength: 8 }), fc.nat(), (base, changes, cut) => {
        const model = Uint8Array.from(base.model);
        for (const { at, to } of changes) model[at % model.length] = to;
        const { checks } = checkStatically({ ...base, model: cut % 4 === 0 ? model.subarray(0, cut % model.length) : model });
        expect(checks.length).toBeGreaterThan(0);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('do not take for ever on a ladder of nodes that doubles at every step', async () => {
    const opened = await openFixture('hostile-ladder');
    expect(checkStatically(opened).checks.filter((check) => check.problem !== null)).toStrictEqual([]);
    expect(columnsOf(readModel(opened.model).graph, opened.manifest, 'p')).toBeNull();
  });
});

describe('static checks of graph and manifest together', () => {
  it('name an input that the manifest does not feed, and one that the graph does not have', async () => {
    const inputs = [{ ...fixtures['xgb-classifier']!.inputs[0]!, name: 'elsewhere' }];
    expect((await problemsOf('xgb-classifier', { inputs })).join()).toContain('has an input float_input that the manifest does not feed');
  });

  it('name a wrong element type', async () => {
    const inputs = [{ ...fixtures['xgb-classifier']!.inputs[0]!, type: 'double' as const }];
    expect((await problemsOf('xgb-classifier', { inputs })).join()).toContain('takes float, and the manifest says double');
  });

  it('name a matrix of another width', async () => {
    const { features, inputs } = manifestOf('xgb-classifier');
    const fewer = { features: features.slice(1), inputs: [{ ...inputs[0]!, features: features.slice(1).map((f) => f.name) }] };
    const opened = await openFixture('xgb-classifier');
    const { checks } = checkStatically({ ...opened, manifest: { ...opened.manifest, ...fewer } });
    expect(checks.map((check) => check.problem).join()).toContain('takes 4 columns, and the manifest feeds 3');
  });

  it('find that the bad class is in the other column', async () => {
    expect((await problemsOf('forest-zipmap', outputWith('forest-zipmap', { badIndex: 1 }))).join()).toContain(
      'is class good, and the manifest says that the bad class is bad',
    );
  });

  it('find an output that does not exist, the label instead of the probabilities, and a ZipMap that is none', async () => {
    expect((await problemsOf('xgb-classifier', outputWith('xgb-classifier', { name: 'scores' }))).join()).toContain(
      'no output scores; it has label, probabilities',
    );
    expect((await problemsOf('xgb-classifier', outputWith('xgb-classifier', { name: 'label' }))).join()).toContain('not the label');
    expect((await problemsOf('xgb-classifier', outputWith('xgb-classifier', { form: 'zipmap' }))).join()).toContain(
      'is not made by a ZipMap',
    );
  });

  it('find a column beyond the output', async () => {
    expect((await problemsOf('gemm-softmax', outputWith('gemm-softmax', { badIndex: 5 }))).join()).toContain(
      'has 2 columns, and the bad class is said to be column 5',
    );
  });
});
