"""Figures by protected group on test rows: monitored, never scored. Small cells are hidden."""
import numpy as np

from applications import Applications
from metrics import auc, logistic

SMALLEST_CELL = 30
#: An AUC of fewer bads or goods than this says nothing.
SMALLEST_CLASS = 10


def groups_of(field: str, bands: list[int] | None, applications: Applications) -> list[tuple[str, np.ndarray]]:
    """(name, membership) of each group; ages in bands [lower, upper) of full years."""
    values = applications.answers[field]
    if bands is None:
        names = sorted({value for value in values if value is not None})
        return [(name, values == name) for name in names]
    bounds = [-np.inf, *bands, np.inf]
    named = [f"under {bands[0]}", *[f"{a} to {b - 1}" for a, b in zip(bands[:-1], bands[1:])], f"{bands[-1]} and over"]
    return [(name, (values >= a) & (values < b)) for name, a, b in zip(named, bounds[:-1], bounds[1:])]


def figures_by_group(
    field: str, bands: list[int] | None, test: Applications, log_odds: np.ndarray, passes: np.ndarray, approved: np.ndarray
) -> list[dict]:
    """`passes`: at or above the cutoff. AIR: share of passes over that of the largest group; null where a cell is too small."""
    groups = groups_of(field, bands, test)
    reference = passes[max(groups, key=lambda group: group[1].sum())[1]].mean()
    pd = logistic(log_odds)
    result = []
    for name, members in groups:
        count, bads = int(members.sum()), int(test.bad[members].sum())
        shown = count >= SMALLEST_CELL
        judged = shown and min(bads, count - bads) >= SMALLEST_CLASS
        result.append(
            {
                "group": name,
                "rows": count,
                "bads": bads if shown else None,
                "bad_rate": round(bads / count, 4) if shown else None,
                "mean_pd": round(float(pd[members].mean()), 4) if shown else None,
                "auc": round(auc(test.bad[members], pd[members]), 4) if judged else None,
                "passes": int(passes[members].sum()) if shown else None,
                "pass_share": round(float(passes[members].mean()), 4) if shown else None,
                "approved_share": round(float(approved[members].mean()), 4) if shown else None,
                "air": round(float(passes[members].mean() / reference), 3) if shown else None,
            }
        )
    return result
