/** Loading a package again that this program loaded in full before on this PC: nobody but the runtime reads its graph. */
import { type ClosableModel, checkFailed, closableModel, requireGolden } from './closable-model.ts';
import { createScorer } from './create-scorer.ts';
import { type ExplainedForm, FORM_TOLERANCE, predictPd } from './forms/predict-form.ts';
import type { LoadPlan } from './load-plan.ts';
import type { OpenedPackage } from './open-package.ts';
import { openSession } from './open-session.ts';

/** The form was compared on far more rows in the full load: these tell whether it is still that form. */
const FORM_ROWS = 16;

/**
 * Every start reproduces the golden rows, by the runtime and by the form that explains.
 * @param plan of the full load of these very bytes by these versions of program and runtime
 * @throws Failed (`model-package-malformed`, `model-check-failed`)
 */
export async function loadPlanned(opened: OpenedPackage, { shape, rowByRow, form }: LoadPlan): Promise<ClosableModel> {
  if (form.kind !== 'opaque') requireForm(opened, form);
  const session = await openSession(opened.model, shape, opened.manifest);
  try {
    const scorer = createScorer(opened.manifest, session.feeder, session.run, rowByRow);
    await requireGolden(opened, scorer);
    return closableModel(opened, scorer, form, session);
  } catch (error) {
    await session.release();
    throw error;
  }
}

function requireForm({ golden, manifest }: OpenedPackage, form: ExplainedForm): void {
  golden.rows.slice(0, FORM_ROWS).forEach(({ features, pd }, index) => {
    const predicted = predictPd(form, features, manifest.calibration);
    if (Math.abs(predicted - pd) <= FORM_TOLERANCE + golden.tolerance) return;
    throw checkFailed(
      `golden.json: rows[${index}]`,
      'the form that explains the model gives another PD than the package expects',
      'Restart the program; if it happens again, replace the package.',
    );
  });
}
