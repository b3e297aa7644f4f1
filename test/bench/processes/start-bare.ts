/** The floor of a start: the runtime with one session that has run once, and the encrypted database open. Arguments: model, database, key (hexadecimal). */
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [, , model, file, key] = process.argv;
const session = await InferenceSession.create(readFileSync(model!), { intraOpNumThreads: 1, interOpNumThreads: 1 });
await session.run({ features: new Tensor('float32', new Float32Array(19), [1, 19]) }, ['probabilities']);
const sqlite = new Database(file!);
sqlite.pragma("cipher = 'aegis'");
sqlite.pragma(`key = 'raw:${key}'`);
sqlite.pragma('synchronous = FULL');
if (sqlite.prepare('SELECT root FROM entries WHERE seq = 0').get() === undefined) throw new Error('no log');
process.stdout.write('ready\n');
sqlite.close();
await session.release();
