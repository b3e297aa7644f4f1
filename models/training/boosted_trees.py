"""The champion: monotone gradient-boosted trees, calibrated by scaling their leaves, so that the graph stays one pure tree ensemble."""
import json
from dataclasses import dataclass

import numpy as np
import xgboost

from onnx_trees import Node, Tree

SIGN = {"increasing": 1, "decreasing": -1, None: 0}
#: One thread: sums are then made in one order, and two runs give the same bytes.
FIXED = {"objective": "binary:logistic", "base_score": 0.5, "nthread": 1, "seed": 20240607, "tree_method": "hist", "max_bin": 256}


@dataclass(frozen=True)
class Settings:
    rounds: int
    parameters: dict


def train(features: list[dict], table: np.ndarray, bad: np.ndarray, settings: Settings) -> xgboost.Booster:
    """`table` in float64, NaN for missing; it is cast to float32 here, as XGBoost and the graph see it."""
    signs = "(" + ",".join(str(SIGN[feature["monotone"]]) for feature in features) + ")"
    parameters = {**FIXED, **settings.parameters, "monotone_constraints": signs}
    return xgboost.train(parameters, matrix(table, bad), settings.rounds)


def matrix(table: np.ndarray, bad: np.ndarray | None = None) -> xgboost.DMatrix:
    return xgboost.DMatrix(table.astype(np.float32), bad, missing=np.nan, nthread=1)


def margins(booster: xgboost.Booster, table: np.ndarray, rounds: int = 0) -> np.ndarray:
    """Uncalibrated log-odds of bad, of the first `rounds` trees (0: all)."""
    return booster.predict(matrix(table), output_margin=True, iteration_range=(0, rounds)).astype(np.float64)


def trees_of(booster: xgboost.Booster, slope: float) -> list[Tree]:
    """The booster's trees with every leaf times `slope`, nodes renumbered from the root."""
    saved = json.loads(bytes(booster.save_raw(raw_format="json")))
    return [tree_of(tree, slope) for tree in saved["learner"]["gradient_booster"]["model"]["trees"]]


def tree_of(saved: dict, slope: float) -> Tree:
    left, right = saved["left_children"], saved["right_children"]
    conditions, features = saved["split_conditions"], saved["split_indices"]
    order = [0]
    for node in order:
        if left[node] >= 0:
            order += [left[node], right[node]]
    at = {node: i for i, node in enumerate(order)}
    tree = []
    for node in order:
        if left[node] < 0:
            tree.append(Node(-1, value=slope * conditions[node]))
        else:
            missing_true = bool(saved["default_left"][node])
            tree.append(Node(features[node], conditions[node], at[left[node]], at[right[node]], missing_true))
    return tree
