/** Where everything is: the built files, the bundled models, and this PC's data. */
import { join, resolve } from 'node:path';
import { app } from 'electron';

export interface Places {
  renderer: string;
  preload: string;
  service: string;
  /** Models, products and policies that the program brings along. Beside the archive, because the ONNX runtime reads real files. */
  bundled: string;
  /** What trust in updates begins with. A packaged program has its own and no other: whoever can set a variable cannot set whom it believes. */
  trustRoot: string;
  /** The office: database, log, models. The same folder that the command line takes as `--data`. */
  office: string;
}

/** @param here the folder of the built main process */
export function findPlaces(here: string): Places {
  const own = process.env.OUTPOST_DATA;
  // A data folder of its own has a shell of its own too, so that two of them can be open at once.
  if (own) app.setPath('userData', join(resolve(own), 'shell'));
  const resources = app.isPackaged ? process.resourcesPath : app.getAppPath();
  const named = app.isPackaged ? undefined : process.env.OUTPOST_TRUST_ROOT;
  return {
    renderer: join(here, '../renderer'),
    preload: join(here, '../preload/index.cjs'),
    service: join(here, 'service.js'),
    bundled: join(resources, 'models/bundled'),
    trustRoot: named ?? join(resources, 'build/trust-root'),
    office: own ? resolve(own) : join(app.getPath('userData'), 'office'),
  };
}
