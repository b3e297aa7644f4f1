/** `nativeTheme`, `screen` and `Menu`: what of the desktop the app asks for. Menus are kept and can be clicked by tests; nothing is drawn. */
import type { Display, NativeTheme, Rectangle, Screen } from 'electron';
import type { Session } from './cdp.ts';
import { CoveredEmitter, cover } from './cover.ts';
import { state } from './state.ts';

let source: NativeTheme['themeSource'] = 'system';
const pages = new Set<Session>();

/** Tells a page which colour scheme the app has chosen; without a choice it keeps the system's. */
export async function followTheme(page: Session): Promise<void> {
  pages.add(page);
  await tellTheme(page);
}
async function tellTheme(page: Session): Promise<void> {
  await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: source === 'system' ? '' : source }] });
}
export function forgetPage(page: Session): void {
  pages.delete(page);
}

class StandInTheme extends CoveredEmitter {
  get themeSource(): NativeTheme['themeSource'] {
    return source;
  }
  set themeSource(value: NativeTheme['themeSource']) {
    if (!['system', 'light', 'dark'].includes(value)) throw new TypeError(`Error processing argument: ${value}`);
    source = value;
    // A page that is closing cannot be told, and need not be.
    void Promise.allSettled([...pages].map(tellTheme)).then(() => this.emit('updated'));
  }
  get shouldUseDarkColors(): boolean {
    return source === 'dark';
  }
}
export const nativeTheme = cover('nativeTheme', new StandInTheme('nativeTheme', ['updated'])) satisfies Pick<
  NativeTheme,
  'themeSource' | 'shouldUseDarkColors'
>;

const area: Rectangle = { x: 0, y: 0, width: 1920, height: 1080 };
const display = { id: 1, bounds: area, workArea: area } as Display;
export const screen = cover('screen', { getDisplayMatching: (_rectangle: Rectangle) => display } satisfies Pick<
  Screen,
  'getDisplayMatching'
>);

interface Template {
  id?: string;
  label?: string;
  role?: string;
  type?: string;
  accelerator?: string;
  click?: (...args: unknown[]) => void;
  submenu?: Template[];
}

/** A menu as it was described. */
class StandInMenu {
  readonly items: Template[];
  constructor(items: Template[]) {
    this.items = items;
  }
  getMenuItemById(id: string): Template | null {
    const search = (items: Template[]): Template | null => {
      for (const item of items) {
        const found = item.id === id ? item : search(item.submenu ?? []);
        if (found) return found;
      }
      return null;
    };
    return search(this.items);
  }
}
let applicationMenu: StandInMenu | null = null;
export const Menu = cover('Menu', {
  buildFromTemplate(template: Template[]): StandInMenu {
    for (const item of template)
      if (!item.label && !item.role && !item.type)
        throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type');
    return cover('Menu', new StandInMenu(template));
  },
  setApplicationMenu(menu: StandInMenu | null): void {
    if (!state.ready) throw new Error('electron stand-in: the menu is set before the app is ready');
    applicationMenu = menu;
  },
  getApplicationMenu: () => applicationMenu,
});
