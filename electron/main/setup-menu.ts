/** A small menu, shown with Alt: what a keyboard user expects to find, in the screen's language. */
import { Menu } from 'electron';

type MenuTexts = Record<
  | 'file'
  | 'quit'
  | 'edit'
  | 'undo'
  | 'redo'
  | 'cut'
  | 'copy'
  | 'paste'
  | 'selectAll'
  | 'view'
  | 'zoomIn'
  | 'zoomOut'
  | 'zoomReset'
  | 'fullScreen',
  string
>;

const ENGLISH: MenuTexts = {
  file: '&File',
  quit: 'Quit',
  edit: '&Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select all',
  view: '&View',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomReset: 'Actual size',
  fullScreen: 'Full screen',
};
const SPANISH: MenuTexts = {
  file: '&Archivo',
  quit: 'Salir',
  edit: '&Edición',
  undo: 'Deshacer',
  redo: 'Rehacer',
  cut: 'Cortar',
  copy: 'Copiar',
  paste: 'Pegar',
  selectAll: 'Seleccionar todo',
  view: '&Ver',
  zoomIn: 'Acercar',
  zoomOut: 'Alejar',
  zoomReset: 'Tamaño real',
  fullScreen: 'Pantalla completa',
};

/** @param language BCP 47, as the system tells it; what is not known is English */
export function setupMenu(language: string): void {
  const text = language.startsWith('es') ? SPANISH : ENGLISH;
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
      { label: text.file, submenu: [{ role: 'quit', label: text.quit }] },
      {
        label: text.edit,
        submenu: [
          { role: 'undo', label: text.undo },
          { role: 'redo', label: text.redo },
          { type: 'separator' },
          { role: 'cut', label: text.cut },
          { role: 'copy', label: text.copy },
          { role: 'paste', label: text.paste },
          { role: 'selectAll', label: text.selectAll },
        ],
      },
      {
        label: text.view,
        submenu: [
          { role: 'zoomIn', label: text.zoomIn },
          { role: 'zoomOut', label: text.zoomOut },
          { role: 'resetZoom', label: text.zoomReset },
          { type: 'separator' },
          { role: 'togglefullscreen', label: text.fullScreen },
        ],
      },
    ]),
  );
}
