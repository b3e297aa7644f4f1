/** People of head office whose passphrases cost a test little: what an account keeps says itself what it costs. Knows no test runner. */
import type { OperatorRole } from '../../contract/operators.ts';
import { makeVerifier } from '../../headoffice/operators/verifier.ts';
import type { Store } from '../../headoffice/store/store.ts';

/** Named after the role. */
export async function addCheapOperator(store: Store, role: OperatorRole, passphrase: string, name = `The ${role}`): Promise<void> {
  await store.query('INSERT INTO operators (operator, name, role, verifier) VALUES ($1, $2, $1, $3)', [
    role,
    name,
    await makeVerifier(passphrase, { ln: 8, r: 8, p: 1 }),
  ]);
}
