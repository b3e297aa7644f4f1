"""Feature values from answers, as the package contract defines them (contract/model-package.ts, contract/expression.ts).

Everything is computed in float64; the cast to float32 is the last step, as in the program that scores.
"""
import numpy as np

BINARY = {"add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide, "min": np.minimum, "max": np.maximum}


def evaluate(expression: dict, answers: dict[str, np.ndarray]) -> np.ndarray:
    """A missing operand, a division by zero or an overflow gives a missing value (NaN)."""
    rows = len(next(iter(answers.values())))
    if "field" in expression:
        return answers[expression["field"]]
    if "constant" in expression:
        return np.full(rows, float(expression["constant"]))
    if "choice" in expression:
        return mapped(answers[expression["choice"]], expression["values"])
    if "ifMissing" in expression:
        value = evaluate(expression["value"], answers)
        return np.where(np.isnan(value), float(expression["ifMissing"]), value)
    left, right = (evaluate(part, answers) for part in expression["args"])
    with np.errstate(all="ignore"):
        result = BINARY[expression["op"]](left, right)
    return np.where(np.isfinite(result), result, np.nan)


def mapped(values: np.ndarray, table: dict[str, float]) -> np.ndarray:
    return np.array([np.nan if value is None else float(table.get(value, np.nan)) for value in values], dtype=np.float64)


def feature_values(source: dict, answers: dict[str, np.ndarray]) -> np.ndarray:
    """One column in float64. A missing field gives NaN, except in a one-hot column, where it gives 0."""
    if "field" in source:
        return answers[source["field"]]
    if "oneHot" in source:
        return np.array([1.0 if value == source["value"] else 0.0 for value in answers[source["oneHot"]]])
    if "map" in source:
        return mapped(answers[source["map"]], source["values"])
    return evaluate(source["expression"], answers)


def feature_table(features: list[dict], answers: dict[str, np.ndarray]) -> np.ndarray:
    """[rows, features] in float64, columns in the manifest's order."""
    return np.column_stack([feature_values(feature["source"], answers) for feature in features])


def fields_of(source: dict) -> set[str]:
    """The fields that a feature reads."""
    found: set[str] = set()
    pending = [source]
    while pending:
        part = pending.pop()
        for key in ("field", "oneHot", "map", "choice"):
            if key in part:
                found.add(part[key])
        pending.extend(part.get("args", []))
        pending.extend(part[key] for key in ("expression", "value") if isinstance(part.get(key), dict))
    return found
