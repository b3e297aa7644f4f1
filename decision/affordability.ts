/** What the loan costs per month against what the applicant has: instalment, debt service, DTI, disposable income. */
import type { Answer } from '../contract/application.ts';
import type { Affordability } from '../contract/decision.ts';
import type { Policy } from '../contract/policy.ts';
import type { ProductDefinition } from '../contract/product.ts';
import { type Arithmetic, compileArithmetic } from './arithmetic.ts';

/**
 * The level instalment of an annuity in arrears: `amount · i / (1 - (1 + i)^-n)` with the monthly rate `i` = annual nominal rate / 12 / 100;
 * at a rate of zero `amount / n`, which is the limit of the formula.
 *
 * @param amount borrowed; @param termMonths number of monthly payments; @param annualRatePercent nominal rate in percent a year
 * @returns amount per month; NaN where an operand is missing or the term is not positive
 */
export function instalmentOf(amount: number, termMonths: number, annualRatePercent: number): number {
  if (!(termMonths > 0) || !(amount >= 0) || !(annualRatePercent >= 0)) return Number.NaN;
  const monthly = annualRatePercent / 1200;
  // expm1 and log1p keep the digits that 1 - (1 + i)^-n would lose at small rates.
  return monthly === 0 ? amount / termMonths : (amount * monthly) / -Math.expm1(-termMonths * Math.log1p(monthly));
}

const known = (value: number): number | null => (Number.isFinite(value) ? value + 0 : null);
const nothing: Arithmetic = () => 0;

/**
 * @param terms the policy's rate and months for the test; null without a policy: then only what the form itself tells is known
 * @returns amounts per month in the product's currency; null wherever an operand is missing. What a form does not ask for at all
 * (expenses, existing debt) counts as nothing; what it asks for and was not told is missing.
 */
export function prepareAffordability(
  product: ProductDefinition,
  terms: Policy['affordability'] | null,
): (answers: Readonly<Record<string, Answer>>) => Affordability {
  const source = product.affordability;
  const amountOf = compileArithmetic(source.amount);
  const termOf = compileArithmetic(source.termMonths);
  const incomeOf = compileArithmetic(source.monthlyIncome);
  const expensesOf = source.monthlyExpenses === null ? nothing : compileArithmetic(source.monthlyExpenses);
  const debtOf = source.existingDebt === null ? nothing : compileArithmetic(source.existingDebt);
  return (answers) => {
    const amount = amountOf(answers);
    const termMonths = termOf(answers);
    const monthlyIncome = incomeOf(answers);
    const instalment = terms === null ? Number.NaN : instalmentOf(amount, termMonths, terms.assumedAnnualRatePercent);
    const debtService = terms === null ? Number.NaN : instalment + debtOf(answers) / terms.existingDebtMonths;
    // Members in canonical order: the log need not sort them again.
    return {
      amount: known(amount),
      debtService: known(debtService),
      disposableIncome: known(monthlyIncome - expensesOf(answers) - debtService),
      // An income of zero gives no ratio: missing, hence a refer where a table asks for it.
      dti: known(debtService / monthlyIncome),
      instalment: known(instalment),
      monthlyIncome: known(monthlyIncome),
      termMonths: known(termMonths),
    };
  };
}
