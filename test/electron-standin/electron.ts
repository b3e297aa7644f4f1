/** What `import … from 'electron'` gives in the main process. */
export { app } from './app.ts';
export { Menu, nativeTheme, screen } from './appearance.ts';
export { autoUpdater } from './auto-updater.ts';
export { BrowserWindow } from './browser-window.ts';
export { dialog } from './dialogs.ts';
export { ipcMain } from './ipc.ts';
export { net } from './net.ts';
export { MessageChannelMain } from './ports.ts';
export { protocol } from './protocol.ts';
export { safeStorage } from './safe-storage.ts';
export { session } from './session.ts';
/** Tells tests and the app that this is not Electron. */
export { state as standIn } from './state.ts';
export { utilityProcess } from './utility.ts';
export { webContents } from './web-contents.ts';
