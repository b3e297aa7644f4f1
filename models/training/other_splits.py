"""How much the figures depend on the fixed split: the whole procedure on other random 70/30 splits.

Writes other-splits.json, which the model cards quote.

    python3 other_splits.py               about five minutes on one core

Nothing is chosen by this: it was run after the models were finished, features and settings stay those of selection.json.
"""
import json
import sys
from pathlib import Path

import numpy as np

from applications import read_applications, read_product
from metrics import auc, figures
from models import challenger, champion
from products import PRODUCTS

SPLITS, SEED, TRAIN_SHARE = 20, 1000, 0.7
SHOWN = ("auc", "brier", "calibration_slope")


def split(bad: np.ndarray, seed: int) -> np.ndarray:
    """Membership of train, stratified by outcome."""
    rng = np.random.default_rng(seed)
    train = np.zeros(len(bad), dtype=bool)
    for outcome in (0, 1):
        members = rng.permutation(np.flatnonzero(bad == outcome))
        train[members[: round(TRAIN_SHARE * len(members))]] = True
    return train


def main() -> None:
    result: dict = {"splits": SPLITS}
    for module in PRODUCTS:
        selection = json.loads((Path(__file__).parent / "selection.json").read_text(encoding="utf-8"))[module.PRODUCT]
        everything = read_applications(read_product(module.PRODUCT), module.DATASET, module.OUTCOME)
        found: dict[str, list[dict]] = {"champion": [], "challenger": []}
        for k in range(SPLITS):
            members = split(everything.bad, SEED + k)
            train, test = everything.take(np.flatnonzero(members)), everything.take(np.flatnonzero(~members))
            for make in (champion, challenger):
                model = make(module, selection, train)
                inside = float(np.mean([auc(train.bad, row) for row in model.out_of_fold]))
                found[model.kind].append({"train_auc": inside, **figures(test.bad, model.log_odds(test.answers))})
        result[module.PRODUCT] = {
            kind: {name: summary([one[name] for one in rows]) for name in ("train_auc", *SHOWN)} for kind, rows in found.items()
        }
        print(f"{module.PRODUCT}: {result[module.PRODUCT]}", file=sys.stderr)
    (Path(__file__).parent / "other-splits.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def summary(values: list[float]) -> dict[str, float]:
    return {"mean": round(float(np.mean(values)), 4), "sd": round(float(np.std(values, ddof=1)), 4)}


if __name__ == "__main__":
    main()
