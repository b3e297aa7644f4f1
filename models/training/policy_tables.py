"""The policy's shares on train rows: affordability and decision tables, worked out as the program does (contract/policy.ts).

Only what the bundled policies need; the program's own evaluator is the authority, and a test compares the two.
"""
import math
import re

import numpy as np

from features import evaluate

RANK = {"approve": 0, "refer": 1, "decline": 2}
NUMBER = r"-?\d+(?:\.\d+)?"
INTERVAL = re.compile(rf"^([\[(])({NUMBER})\.\.({NUMBER})([\])])$")
COMPARISON = re.compile(rf"^(>=|<=|>|<|=)?\s*({NUMBER})$")
COMPARE = {
    ">=": lambda value, limit: value >= limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    "<": lambda value, limit: value < limit,
    "=": lambda value, limit: value == limit,
}


def meets(cell: str, value: float | str | None) -> bool | None:
    """Whether a unary test holds; None is a doubt: a missing value that the cell does not speak of."""
    if cell == "-":
        return True
    if cell in ("null", "not(null)"):
        return (value is None) == (cell == "null")
    if value is None:
        return None
    if cell.startswith("not("):
        return not meets(cell[4:-1], value)
    if cell.startswith('"'):
        return value in re.findall(r'"([^"]*)"', cell)
    if interval := INTERVAL.match(cell):
        low, high = float(interval[2]), float(interval[3])
        return (value >= low if interval[1] == "[" else value > low) and (value <= high if interval[4] == "]" else value < high)
    comparison = COMPARISON.match(cell)
    if comparison is None:
        raise ValueError(f"malformed cell {cell!r}")
    return COMPARE[comparison[1] or "="](value, float(comparison[2]))


def holds(rule: dict, values: list) -> bool | None:
    """No as soon as one test fails, else a doubt if one is in doubt, else yes."""
    results = [meets(cell, value) for cell, value in zip(rule["when"], values)]
    if False in results:
        return False
    return None if None in results else True


def outcome_of(policy: dict, row: dict) -> str:
    """The most severe outcome of all tables; a doubt is a refer that nothing else overrules."""
    worst, doubt = "approve", False
    for table in policy["tables"]:
        values = [row[name] for name in table["inputs"]]
        for rule in table["rules"]:
            result = holds(rule, values)
            doubt = doubt or (result is None and table["purpose"] != "pricing")
            if result and rule["outcome"] and RANK[rule["outcome"]] > RANK[worst]:
                worst = rule["outcome"]
            if result is not False and table["hitPolicy"] == "FIRST":
                break
    return "refer" if doubt else worst


def inputs_of(product: dict, policy: dict, answers: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Fields and affordability by name; amounts per month, an annuity at the assumed rate."""
    where, terms = product["affordability"], policy["affordability"]
    amount, months, income = (evaluate(where[name], answers) for name in ("amount", "termMonths", "monthlyIncome"))
    rate = terms["assumedAnnualRatePercent"] / 1200
    instalment = amount * rate / (1 - (1 + rate) ** -months) if rate else amount / months
    debt = evaluate(where["existingDebt"], answers) if where["existingDebt"] else np.zeros(len(amount))
    expenses = evaluate(where["monthlyExpenses"], answers) if where["monthlyExpenses"] else np.zeros(len(amount))
    service = instalment + debt / terms["existingDebtMonths"]
    with np.errstate(all="ignore"):
        dti = np.where(income > 0, service / income, np.nan)
    derived = {"instalment": instalment, "dti": dti, "disposable_income": income - expenses - service, "monthly_income": income}
    return {**answers, **derived, "amount": amount, "term_months": months}


def outcomes(product: dict, policy: dict, answers: dict[str, np.ndarray], score: np.ndarray, doubtful: np.ndarray) -> np.ndarray:
    """The outcome for each row; a missing answer to a field that says so is a refer, and so is a row that is `doubtful` to the model."""
    columns = {**inputs_of(product, policy, answers), "score": score}
    referring = [f["id"] for f in product["fields"] if f["whenMissing"] == "refer"]
    result = []
    for i in range(len(score)):
        row = {name: present(values[i]) for name, values in columns.items()}
        doubt = doubtful[i] or any(row.get(name) is None for name in referring)
        result.append("refer" if doubt else outcome_of(policy, row))
    return np.array(result)


def present(value: float | str | None) -> float | str | None:
    return None if isinstance(value, float) and math.isnan(value) else value
