/** Where everything is: the built files, the bundled models, and this PC's data. */
import { join, resolve } from 'node:path';
import { app } from 'electron';

export interface Places {
  renderer: string;
  preload: string;
  service: string;
  /** Models, products and policies that the program brings along. Beside the archive, because the ONNX runtime reads real files. */
  bundled: string;
  /** The office: database, log, models. The same folder that the command line takes as `--data`. */
  office: string;
}

/** @param here the folder of the built main process */
export function findPlaces(here: string): Places {
  const own = process.env.OUTPOST_DATA;
  // A data folder of its own has a shell of its own too, so that two of them can be open at once.
  if (own) app.setPath('userData', join(resolve(own), 'shell'));
  return {
    renderer: join(here, '../renderer'),
    preload: join(here, '../preload/index.cjs'),
    service: join(here, 'service.js'),
    bundled: join(app.isPackaged ? process.resourcesPath : app.getAppPath(), 'models/bundled'),
    office: own ? resolve(own) : join(app.getPath('userData'), 'office'),
  };
}
