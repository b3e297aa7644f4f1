"""The data files of a model package: background sample, drift baseline, golden rows, scorecard table."""
import math

import numpy as np

from applications import Applications
from metrics import logistic
from models import Model
from policies import score_of

BACKGROUND_ROWS = 64
DRIFT_BINS = 10


def plain(value: float | str | None) -> float | str | None:
    """As JSON has it: null for missing, a whole number without a fraction."""
    if value is None or isinstance(value, str):
        return value
    number = float(value)
    if math.isnan(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def background_of(model: Model, train: Applications, outcome: np.ndarray, cutoff: int, scaling: dict) -> dict:
    """The approved applicants closest above the cutoff, none with a missing value: those whom a declined applicant is compared with."""
    table = model.table(train.answers)
    score = score_of(model.out_of_fold[0], scaling)
    complete = ~np.isnan(table).any(axis=1)
    eligible = np.flatnonzero((outcome == "approve") & (score >= cutoff) & complete)
    chosen = np.sort(eligible[np.argsort(score[eligible], kind="stable")][:BACKGROUND_ROWS])
    return {
        "description": f"The {len(chosen)} train applicants with complete answers that the bundled policy approves and whose out-of-fold score lies "
        f"closest above the cutoff of {cutoff} (up to {score[chosen].max():.0f}): applicants at the cutoff are what 12 CFR 1002.9, comment 9(b)(2)-5, "
        "accepts to compare with.",
        "rows": [[plain(value) for value in row] for row in table[chosen]],
    }


def edges_of(values: np.ndarray) -> list[float]:
    """Deciles, or the middles between the values where there are at most ten."""
    distinct = np.unique(values)
    if len(distinct) <= DRIFT_BINS:
        return [float(edge) for edge in (distinct[1:] + distinct[:-1]) / 2]
    return [float(edge) for edge in np.unique(np.quantile(values, np.arange(1, DRIFT_BINS) / DRIFT_BINS)) if edge > distinct[0]]


def counted(values: np.ndarray, digits: int = 6) -> dict:
    edges = [round(edge, digits) for edge in edges_of(values)]
    counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
    return {"edges": edges, "counts": [int(count) for count in counts]}


def baseline_of(model: Model, train: Applications, scaling: dict) -> dict:
    """The score's distribution is that of out-of-fold scores: on rows that a model was fitted on, scores spread wider than on new ones."""
    features = {}
    for feature, column in zip(model.features, model.table(train.answers).T):
        known = column[~np.isnan(column)]
        features[feature["name"]] = {**counted(known), "missing": int(len(column) - len(known))}
    return {"rows": len(train), "score": counted(score_of(model.out_of_fold[0], scaling), 3), "features": features}


def golden_cases(model: Model, product: dict, train: Applications) -> list[dict]:
    """Answers by field id: train rows over the range of PDs, then missing, lowest and highest answers, and each option of each choice."""
    fields = [f for f in product["fields"] if f["use"] in ("scored", "policy")]
    order = np.argsort(model.log_odds(train.answers), kind="stable")
    picked = order[np.linspace(0, len(order) - 1, 14).round().astype(int)]
    cases = [{f["id"]: plain(train.answers[f["id"]][i]) for f in fields} for i in picked]
    middle = dict(cases[len(cases) // 2])
    optional = [f["id"] for f in fields if f["whenMissing"] != "refuse"]
    cases += [{**middle, name: None} for name in optional]
    cases.append({**middle, **{name: None for name in optional}})
    for f in fields:
        if f["type"] == "choice":
            cases += [{**middle, f["id"]: option["value"]} for option in f["options"] if option["value"] != middle[f["id"]]]
        else:
            known = train.answers[f["id"]][~np.isnan(train.answers[f["id"]])]
            cases += [{**middle, f["id"]: plain(edge)} for edge in (known.min(), known.max())]
    cases += [{f["id"]: end(f, side) for f in fields} for side in (0, -1)]
    return spread(cases, 44)


def answers_of(cases: list[dict], product: dict) -> dict[str, np.ndarray]:
    return {f["id"]: column_of(f, [case[f["id"]] for case in cases]) for f in product["fields"] if f["id"] in cases[0]}


def golden_of(model: Model, cases: list[dict], answers: dict[str, np.ndarray]) -> dict:
    table, pd = model.table(answers), logistic(model.log_odds(answers))
    rows = [
        {"answers": case, "features": [plain(value) for value in row], "pd": round(float(p), 12)} for case, row, p in zip(cases, table, pd)
    ]
    return {"tolerance": 1e-6, "rows": rows}


def spread(cases: list[dict], most: int) -> list[dict]:
    """At most so many, evenly over the list, the first and the last among them."""
    if len(cases) <= most:
        return cases
    return [cases[i] for i in np.linspace(0, len(cases) - 1, most).round().astype(int)]


def end(field: dict, side: int) -> float | str:
    """The lowest or highest answer that the product takes."""
    if field["type"] == "choice":
        return field["options"][side]["value"]
    return field["min"] if side == 0 else field["max"]


def column_of(field: dict, values: list) -> np.ndarray:
    if field["type"] == "choice":
        return np.array(values, dtype=object)
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def scorecard_of(model: Model, scaling: dict) -> dict:
    """Bins with counts, bad rates, WOE and points. The points of an applicant's bins add up to the score."""
    card = model.card
    assert card is not None
    factor = scaling["pdo"] / math.log(2)
    base = float(score_of(np.array(model.slope * card.intercept + model.intercept), scaling))
    share = base / len(card.binnings)
    characteristics = []
    for feature, binning, coefficient in zip(model.features, card.binnings, card.coefficients):
        weight = model.slope * coefficient
        bounds = [None, *binning.edges, None]
        bins = [
            bin_of(lower, upper, count, bads, woe, share - factor * weight * woe)
            for lower, upper, count, bads, woe in zip(bounds[:-1], bounds[1:], binning.counts, binning.bads, binning.woe)
        ]
        points = share - factor * weight * binning.missing_woe
        missing = bin_of(None, None, binning.missing_count, binning.missing_bads, binning.missing_woe, points)
        characteristics.append(
            {
                "feature": binning.name,
                "characteristic": feature["characteristic"],
                "source": feature["source"],
                "iv": round(binning.iv, 6),
                "coefficient": round(weight, 9),
                "bins": bins,
                "missing": missing,
            }
        )
    return {
        "description": "Points per bin; bins are [from, below). WOE = ln(share of bads / share of goods), drawn to 0 as if 20 average applicants were "
        "added: positive is worse. The sum of the points is the score; log-odds of bad = intercept + Σ coefficient · WOE.",
        "intercept": round(model.slope * card.intercept + model.intercept, 9),
        "scaling": scaling,
        "dropped": card.dropped,
        "characteristics": characteristics,
    }


def bin_of(lower: float | None, upper: float | None, count: int, bads: int, woe: float, points: float) -> dict:
    rate = round(bads / count, 6) if count else None
    return {"from": lower, "below": upper, "count": count, "bads": bads, "badRate": rate, "woe": round(woe, 9), "points": round(points, 4)}
