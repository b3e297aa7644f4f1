"""Out-of-fold predictions on train rows: the only data that any choice is made on."""
from collections.abc import Callable, Iterator

import numpy as np

import boosted_trees
import scorecard

FOLDS, REPEATS, SEED = 5, 5, 20240607
Fit = Callable[[np.ndarray, np.ndarray], Callable[[np.ndarray], np.ndarray]]


def folds(bad: np.ndarray, repeat: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(fitted rows, left-out rows), each class spread evenly over the folds; the same for every model."""
    rng = np.random.default_rng([SEED, repeat])
    fold = np.empty(len(bad), dtype=np.int64)
    for outcome in (0, 1):
        members = rng.permutation(np.flatnonzero(bad == outcome))
        fold[members] = np.arange(len(members)) % FOLDS
    for k in range(FOLDS):
        yield np.flatnonzero(fold != k), np.flatnonzero(fold == k)


def out_of_fold(fit: Fit, table: np.ndarray, bad: np.ndarray, repeats: int = REPEATS) -> np.ndarray:
    """[repeats, rows]: log-odds of each row from a model that did not see it."""
    result = np.empty((repeats, len(bad)))
    for repeat in range(repeats):
        for fitted, left_out in folds(bad, repeat):
            result[repeat, left_out] = fit(table[fitted], bad[fitted])(table[left_out])
    return result


def boosted(features: list[dict], settings: boosted_trees.Settings) -> Fit:
    def fit(table: np.ndarray, bad: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        booster = boosted_trees.train(features, table, bad, settings)
        return lambda rows: boosted_trees.margins(booster, rows)

    return fit


def scorecards(features: list[dict], smallest_iv: float, strength: float) -> Fit:
    """Bins and weights are made anew in every fold, so that the left-out rows say nothing to them."""

    def fit(table: np.ndarray, bad: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        return scorecard.fit(features, table, bad, smallest_iv, strength).log_odds

    return fit
