"""Figures of a model's quality, with percentile bootstrap intervals."""
import numpy as np


def logistic(log_odds: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-log_odds))


def logit(pd: np.ndarray) -> np.ndarray:
    return np.log(pd) - np.log1p(-pd)


def auc(bad: np.ndarray, pd: np.ndarray) -> float:
    """Share of (bad, good) pairs that the PD puts in order; a tie counts half. NaN without both classes."""
    _, inverse, counts = np.unique(pd, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[inverse]
    bads = int(bad.sum())
    goods = len(bad) - bads
    if bads == 0 or goods == 0:
        return float("nan")
    return float((ranks[bad == 1].sum() - bads * (bads + 1) / 2.0) / (bads * goods))


def ks(bad: np.ndarray, pd: np.ndarray) -> float:
    """Largest distance between the cumulative distributions of bads and goods."""
    order = np.argsort(pd, kind="stable")
    b, p = bad[order], pd[order]
    last = np.append(p[1:] != p[:-1], True)
    distance = np.abs(np.cumsum(b) / b.sum() - np.cumsum(1 - b) / (1 - b).sum())
    return float(distance[last].max())


def brier(bad: np.ndarray, pd: np.ndarray) -> float:
    return float(np.mean((pd - bad) ** 2))


def log_loss(bad: np.ndarray, pd: np.ndarray) -> float:
    return float(-np.mean(np.where(bad == 1, np.log(pd), np.log1p(-pd))))


def recalibration(bad: np.ndarray, log_odds: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of the logistic regression of the outcome on the log-odds, by Newton's method (Cox 1958): 1 and 0 are ideal."""
    x = np.column_stack([log_odds, np.ones(len(bad))])
    beta = np.array([1.0, 0.0])
    for _ in range(50):
        p = logistic(x @ beta)
        step = np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x, x.T @ (bad - p))
        beta = beta + step
        if np.abs(step).max() < 1e-12:
            break
    return float(beta[0]), float(beta[1])


def figures(bad: np.ndarray, log_odds: np.ndarray) -> dict[str, float]:
    pd = logistic(log_odds)
    area = auc(bad, pd)
    slope, intercept = recalibration(bad, log_odds)
    return {
        "auc": area,
        "gini": 2 * area - 1,
        "ks": ks(bad, pd),
        "brier": brier(bad, pd),
        "log_loss": log_loss(bad, pd),
        "calibration_slope": slope,
        "calibration_intercept": intercept,
        "mean_pd": float(pd.mean()),
        "bad_rate": float(bad.mean()),
    }


def with_intervals(bad: np.ndarray, log_odds: np.ndarray, draws: int = 1000, seed: int = 7) -> dict[str, dict]:
    """`figures` with 95 % intervals: rows drawn with replacement, 2.5 % and 97.5 % quantiles."""
    rng = np.random.default_rng(seed)
    samples = []
    for _ in range(draws):
        rows = rng.integers(0, len(bad), len(bad))
        samples.append(list(figures(bad[rows], log_odds[rows]).values()))
    low, high = np.quantile(np.array(samples), [0.025, 0.975], axis=0)
    return {
        name: {"value": round(value, 6), "low": round(float(low[i]), 6), "high": round(float(high[i]), 6)}
        for i, (name, value) in enumerate(figures(bad, log_odds).items())
    }
