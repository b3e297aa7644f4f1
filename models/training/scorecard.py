"""The challenger: a weight-of-evidence scorecard. Monotone bins, a bin of their own for missing values, logistic regression on the WOE.

Each characteristic is one feature and becomes one tree, so that the graph is additive and its explanation exact.
"""
from dataclasses import dataclass, field

import numpy as np
from sklearn.linear_model import LogisticRegression

from onnx_trees import LARGEST, Node, Tree

#: A bin's bad rate is drawn towards the base rate as if it had this many more applicants of the average kind.
PSEUDO_ROWS = 20.0
FINE_BINS = 24
#: No bin holds less than this share of the applicants whose value is known.
SMALLEST_SHARE = 0.05


@dataclass
class Binning:
    """Bin k is [edges[k-1], edges[k]); `woe` has one more member than `edges`.

    WOE = ln(share of bads / share of goods): positive is worse.
    """

    name: str
    edges: list[float]
    counts: list[int]
    bads: list[int]
    woe: list[float]
    missing_count: int
    missing_bads: int
    missing_woe: float
    iv: float

    def transform(self, values: np.ndarray) -> np.ndarray:
        """The WOE of each value, compared as float32: that is what the graph sees."""
        values = values.astype(np.float32).astype(np.float64)
        known = np.asarray(self.woe)[np.searchsorted(self.edges, np.nan_to_num(values), side="right")]
        return np.where(np.isnan(values), self.missing_woe, known)


@dataclass
class Scorecard:
    """log-odds of bad = intercept + Σ coefficient · WOE, over the characteristics that were kept."""

    binnings: list[Binning]
    columns: list[int]
    coefficients: list[float]
    intercept: float
    dropped: list[str] = field(default_factory=list)

    def log_odds(self, table: np.ndarray) -> np.ndarray:
        total = np.full(len(table), self.intercept)
        for binning, column, coefficient in zip(self.binnings, self.columns, self.coefficients):
            total += coefficient * binning.transform(table[:, column])
        return total


def bin_feature(name: str, values: np.ndarray, bad: np.ndarray, direction: str | None) -> Binning:
    """Fine quantile bins of float32 values, pooled until bad rates are monotone in `direction` and no bin is small."""
    values = values.astype(np.float32).astype(np.float64)
    known = ~np.isnan(values)
    x, b = values[known], bad[known]
    edges = sorted(set(np.quantile(x, np.linspace(0, 1, FINE_BINS + 1)[1:-1], method="higher")) - {x.min()})
    which = np.searchsorted(edges, x, side="right")
    bins = [[int(np.sum(which == k)), int(b[which == k].sum())] for k in range(len(edges) + 1)]
    sign = {"increasing": 1, "decreasing": -1, None: 0}[direction]
    while len(bins) > 1:
        at = next_merge(bins, sign, SMALLEST_SHARE * len(x))
        if at is None:
            break
        bins[at] = [bins[at][0] + bins[at + 1][0], bins[at][1] + bins[at + 1][1]]
        del bins[at + 1], edges[at]
    return weigh(name, [float(e) for e in edges], bins, [int(np.sum(~known)), int(bad[~known].sum())], bad)


def next_merge(bins: list[list[int]], sign: int, smallest: float) -> int | None:
    """The left one of the pair to merge: first pairs against the direction, then a small bin and its nearest neighbour in bad rate."""
    rates = [bads / count if count else 0.0 for count, bads in bins]
    against = [sign * (rates[k] - rates[k + 1]) for k in range(len(bins) - 1)]
    if sign and max(against) >= 0:
        return int(np.argmax(against))
    small = min(range(len(bins)), key=lambda k: bins[k][0])
    if bins[small][0] >= smallest:
        return None
    neighbours = [k for k in (small - 1, small + 1) if 0 <= k < len(bins)]
    return min(small, min(neighbours, key=lambda k: abs(rates[k] - rates[small])))


def weigh(name: str, edges: list[float], bins: list[list[int]], missing: list[int], bad: np.ndarray) -> Binning:
    """Weights of evidence and information value; a missing bin without applicants weighs nothing."""
    rate, goods = bad.mean(), np.sum(bad == 0)
    base = np.log(rate / (1 - rate))
    woe, iv = [], 0.0
    for count, bads in [*bins, missing]:
        shrunk = (bads + PSEUDO_ROWS * rate) / (count + PSEUDO_ROWS)
        woe.append(float(np.log(shrunk / (1 - shrunk)) - base))
        iv += (bads / bad.sum() - (count - bads) / goods) * woe[-1]
    counts, bads_per_bin = [c for c, _ in bins], [b for _, b in bins]
    return Binning(name, edges, counts, bads_per_bin, woe[:-1], missing[0], missing[1], woe[-1], float(iv))


def fit(features: list[dict], table: np.ndarray, bad: np.ndarray, smallest_iv: float, strength: float) -> Scorecard:
    """Characteristics below `smallest_iv`, and one by one those whose coefficient turns against their own WOE, are dropped.

    `strength` is scikit-learn's C (the inverse of the ridge penalty).
    """
    binnings = [bin_feature(f["name"], table[:, i], bad, f["monotone"]) for i, f in enumerate(features)]
    kept = [i for i, binning in enumerate(binnings) if binning.iv >= smallest_iv]
    while True:
        woe = np.column_stack([binnings[i].transform(table[:, i]) for i in kept])
        regression = LogisticRegression(C=strength, tol=1e-10, max_iter=2000).fit(woe, bad)
        coefficients = regression.coef_[0]
        worst = int(np.argmin(coefficients))
        if coefficients[worst] > 0:
            break
        del kept[worst]
    dropped = [f["name"] for i, f in enumerate(features) if i not in kept]
    return Scorecard([binnings[i] for i in kept], kept, [float(c) for c in coefficients], float(regression.intercept_[0]), dropped)


def trees_of(card: Scorecard, slope: float) -> list[Tree]:
    """One tree per characteristic, over the columns of the kept features only (0, 1, 2 …)."""
    return [
        tree_of(column, binning, slope * coefficient)
        for column, (binning, coefficient) in enumerate(zip(card.binnings, card.coefficients))
    ]


def tree_of(column: int, binning: Binning, factor: float) -> Tree:
    """The root asks whether there is a value at all; below it the edges are searched by halves."""
    tree = [Node(column, LARGEST, missing_true=False)]

    def add(low: int, high: int) -> int:
        at = len(tree)
        if low == high:
            tree.append(Node(-1, value=factor * binning.woe[low]))
            return at
        middle = (low + high) // 2
        tree.append(Node(column, binning.edges[middle]))
        tree[at].when_true = add(low, middle)
        tree[at].when_false = add(middle + 1, high)
        return at

    tree[0].when_true = add(0, len(binning.edges))
    tree[0].when_false = len(tree)
    tree.append(Node(-1, value=factor * binning.missing_woe))
    return tree
