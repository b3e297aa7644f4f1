/** Asks at the terminal, showing nothing of what is typed. */
import { EXIT } from './exit-codes.ts';

const ENTER = /[\r\n]/;
const END = '\x04';
const INTERRUPT = '\x03';
const ERASE = /[\b\x7f]/;
const ERASE_ALL = '\x15';

export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Ctrl-C ends the program, as it does everywhere else. */
export async function askPassphrase(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true).setEncoding('utf8').resume();
  try {
    return await new Promise((resolve) => {
      let typed = '';
      const take = (text: string) => {
        for (const sign of text) {
          if (sign === INTERRUPT) {
            stdin.setRawMode(false);
            stderr.write('\n');
            process.exit(EXIT.interrupted);
          }
          if (ENTER.test(sign) || sign === END) {
            stdin.off('data', take);
            resolve(typed);
            return;
          }
          if (ERASE.test(sign)) typed = Array.from(typed).slice(0, -1).join('');
          else if (sign === ERASE_ALL) typed = '';
          else typed += sign;
        }
      };
      stdin.on('data', take);
    });
  } finally {
    stdin.setRawMode(false).pause();
    stderr.write('\n');
  }
}
