"""Chooses features and settings of all models by cross-validation on train rows, and writes what was tried to selection.json.

    python3 select_settings.py            one to two minutes on one core

It is run by hand when data, features or candidates change; train.py reads its result.
"""
import itertools
import json
import sys
from pathlib import Path

import numpy as np

import boosted_trees
from applications import read_applications, read_product, split_rows
from cross_validation import boosted, folds, out_of_fold, scorecards
from features import feature_table
from metrics import auc, logistic, log_loss, recalibration
from products import PRODUCTS

REPEATS = 3
ROUNDS = (100, 150, 200, 250)
FIRST = {"max_depth": 3, "eta": 0.05, "subsample": 0.7, "colsample_bytree": 0.5, "min_child_weight": 5, "reg_lambda": 5}
GRID = {"max_depth": (3, 4), "eta": (0.03, 0.05), "colsample_bytree": (0.3, 0.6), "min_child_weight": (5, 15)}
SMALLEST_IV = (0.0, 0.02, 0.05)
STRENGTH = (0.01, 0.1, 1.0)


def quality(bad: np.ndarray, log_odds: np.ndarray) -> dict[str, float]:
    """Mean AUC over the repeats, and log-loss after recalibration: what the calibrated model would have."""
    slope, intercept = recalibration(np.tile(bad, len(log_odds)), log_odds.ravel())
    losses = [log_loss(bad, logistic(slope * row + intercept)) for row in log_odds]
    return {"auc": round(float(np.mean([auc(bad, row) for row in log_odds])), 5), "log_loss": round(float(np.mean(losses)), 5)}


def staged(features: list[dict], table: np.ndarray, bad: np.ndarray, parameters: dict) -> dict[int, dict[str, float]]:
    """Quality at each number of rounds, from one booster a fold."""
    result = {rounds: np.empty((REPEATS, len(bad))) for rounds in ROUNDS}
    for repeat in range(REPEATS):
        for fitted, left_out in folds(bad, repeat):
            settings = boosted_trees.Settings(max(ROUNDS), parameters)
            booster = boosted_trees.train(features, table[fitted], bad[fitted], settings)
            for rounds in ROUNDS:
                result[rounds][repeat, left_out] = boosted_trees.margins(booster, table[left_out], rounds)
    return {rounds: quality(bad, log_odds) for rounds, log_odds in result.items()}


def best(tried: list[dict]) -> dict:
    """The lowest log-loss; of equal ones the first."""
    return min(tried, key=lambda one: one["log_loss"])


def select_champion(candidates: dict[str, list[dict]], answers: dict, bad: np.ndarray) -> dict:
    """First the feature set with fixed settings, then the settings with that feature set."""
    sets = []
    for name, features in candidates.items():
        stages = staged(features, feature_table(features, answers), bad, FIRST)
        sets += [{"features": name, "rounds": rounds, **figures} for rounds, figures in stages.items()]
    chosen = best(sets)["features"]
    features = candidates[chosen]
    table = feature_table(features, answers)
    tried = []
    for values in itertools.product(*GRID.values()):
        parameters = {**FIRST, **dict(zip(GRID, values))}
        for rounds, figures in staged(features, table, bad, parameters).items():
            tried.append({"rounds": rounds, "parameters": parameters, **figures})
    settings = best(tried)
    return {"features": chosen, "rounds": settings["rounds"], "parameters": settings["parameters"], "sets": sets, "settings": tried}


def select_challenger(features: list[dict], answers: dict, bad: np.ndarray) -> dict:
    table = feature_table(features, answers)
    tried = []
    for smallest_iv, strength in itertools.product(SMALLEST_IV, STRENGTH):
        log_odds = out_of_fold(scorecards(features, smallest_iv, strength), table, bad, REPEATS)
        tried.append({"smallest_iv": smallest_iv, "strength": strength, **quality(bad, log_odds)})
    chosen = best(tried)
    return {"smallest_iv": chosen["smallest_iv"], "strength": chosen["strength"], "settings": tried}


def main() -> None:
    selection = {}
    for module in PRODUCTS:
        product = read_product(module.PRODUCT)
        train, _ = split_rows(module.DATASET)
        applications = read_applications(product, module.DATASET, module.OUTCOME).take(train)
        selection[module.PRODUCT] = {
            "champion": select_champion(module.CANDIDATES, applications.answers, applications.bad),
            "challenger": select_challenger(module.SCORECARD_FEATURES, applications.answers, applications.bad),
        }
        print(f"{module.PRODUCT}: done", file=sys.stderr)
    (Path(__file__).parent / "selection.json").write_text(json.dumps(selection, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
