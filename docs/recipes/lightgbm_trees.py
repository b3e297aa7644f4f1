#!/usr/bin/env python3
"""LightGBM.

  python3 docs/recipes/lightgbm_trees.py --out /tmp/recipe [--by onnxmltools] [--dump model.json]

Trains with LightGBM (pip install lightgbm) or takes what `json.dump(booster.dump_model(), file)` wrote. `--by onnxmltools` uses the converter
(pip install onnxmltools); without it the trees are written with models/training/onnx_trees.py.
"""
import json
import sys

import numpy as np

from recipe import COLUMNS, ROOT, applications, arguments, leave

sys.path.insert(0, str(ROOT / "models/training"))
from onnx_trees import Node, graph_of  # noqa: E402


def by_converter(booster) -> bytes:
    from onnxmltools import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType

    types = [("float_input", FloatTensorType([None, len(COLUMNS)]))]
    return convert_lightgbm(booster, initial_types=types, zipmap=False, target_opset=15).SerializeToString()


def tree_of(structure: dict) -> list[Node]:
    """Numerical splits `value <= threshold`. The graph compares `value < t` in float32: t is the next float32 above the threshold."""
    waiting, tree = [structure], []
    at = {id(structure): 0}
    for node in waiting:
        if "leaf_value" in node:
            tree.append(Node(-1, value=node["leaf_value"]))
            continue
        if node["decision_type"] != "<=":
            raise SystemExit(f"categorical splits ({node['decision_type']}) have no place in this recipe: train on one-hot columns")
        if node["missing_type"] == "Zero":
            raise SystemExit("zero_as_missing cannot be told in ONNX: train with zero_as_missing=false")
        for child in (node["left_child"], node["right_child"]):
            at[id(child)] = len(waiting)
            waiting.append(child)
        # Without missing values in training LightGBM takes a NaN for 0.
        missing_true = node["default_left"] if node["missing_type"] == "NaN" else 0 <= node["threshold"]
        tree.append(Node(node["split_feature"], above(node["threshold"]), at[id(node["left_child"])], at[id(node["right_child"])], missing_true))
    return tree


def above(threshold: float) -> float:
    """The smallest float32 t for which `x < t` holds for exactly the float32 x with `x <= threshold`."""
    rounded = np.float32(threshold)
    largest = rounded if float(rounded) <= threshold else np.nextafter(rounded, np.float32(-np.inf))
    return float(np.nextafter(largest, np.float32(np.inf)))


def margin(structure: dict, row: np.ndarray) -> float:
    """The dump walked as LightGBM's own documentation says, in double precision: the numbers to compare with where LightGBM is not at hand."""
    node = structure
    while "leaf_value" not in node:
        value = float(row[node["split_feature"]])
        if np.isnan(value) and node["missing_type"] == "NaN":
            left = node["default_left"]
        else:
            left = (0.0 if np.isnan(value) else value) <= node["threshold"]
        node = node["left_child"] if left else node["right_child"]
    return node["leaf_value"]


if __name__ == "__main__":
    given = arguments(__doc__, by={"choices": ["helper", "onnxmltools"], "default": "helper"}, dump={})
    table, bad = applications(gaps=True)
    if given.dump is None:
        import lightgbm

        settings = {"objective": "binary", "num_leaves": 8, "learning_rate": 0.2, "num_threads": 1, "deterministic": True, "seed": 1, "verbose": -1}
        booster = lightgbm.train(settings, lightgbm.Dataset(table, bad), 25)
        dump, pd = booster.dump_model(), booster.predict(table)
    else:
        dump = json.loads(open(given.dump).read())
        sums = [sum(margin(tree["tree_structure"], row) for tree in dump["tree_info"]) for row in table[:100]]
        pd = 1 / (1 + np.exp(-np.array(sums)))
    trees = [tree_of(tree["tree_structure"]) for tree in dump["tree_info"]]
    # LightGBM keeps the starting score in the leaves of its first tree: there is no base.
    onnx = by_converter(booster) if given.by == "onnxmltools" else graph_of(trees, 0.0, len(COLUMNS), "lightgbm").SerializeToString()
    leave(given.out, onnx, table, pd)
