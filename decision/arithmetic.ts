/** Compiles the contract's expressions into closures. Total: whatever goes wrong is a missing value, as `contract/expression.ts` says. */
import type { Answer } from '../contract/application.ts';
import type { Expression } from '../contract/expression.ts';

/** Reads a number from answers; NaN stands for missing, so that arithmetic carries it along by itself. */
export type Arithmetic = (answers: Readonly<Record<string, Answer>>) => number;

const operations = {
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
  divide: (a: number, b: number) => a / b,
  min: (a: number, b: number) => Math.min(a, b),
  max: (a: number, b: number) => Math.max(a, b),
};

/**
 * @param of an expression over number fields (and choices by their listed numbers)
 * @returns its value for given answers; NaN where an operand is missing or not a number, at division by zero and at overflow
 */
export function compileArithmetic(of: Expression): Arithmetic {
  if ('field' in of) {
    const { field } = of;
    return (answers) => {
      const value = answers[field];
      return typeof value === 'number' ? value : Number.NaN;
    };
  }
  if ('constant' in of) return () => of.constant;
  if ('choice' in of) {
    const { choice } = of;
    const numbers = new Map(Object.entries(of.values));
    return (answers) => {
      const value = answers[choice];
      return typeof value === 'string' ? (numbers.get(value) ?? Number.NaN) : Number.NaN;
    };
  }
  if ('ifMissing' in of) {
    const inner = compileArithmetic(of.value);
    return (answers) => {
      const value = inner(answers);
      return Number.isNaN(value) ? of.ifMissing : value;
    };
  }
  const operation = operations[of.op];
  const left = compileArithmetic(of.args[0]);
  const right = compileArithmetic(of.args[1]);
  return (answers) => {
    const value = operation(left(answers), right(answers));
    // Adding 0 turns -0 into 0: canonical JSON knows no -0, and a replay must compare equal.
    return Number.isFinite(value) ? value + 0 : Number.NaN;
  };
}
