#!/usr/bin/env python3
"""XGBoost.

  python3 docs/recipes/xgboost_trees.py --out /tmp/recipe [--by onnxmltools]

`--by onnxmltools` uses the converter (pip install onnxmltools skl2onnx). Without it the trees are written with models/training/onnx_trees.py.
"""
import sys

import numpy as np
import xgboost

from recipe import COLUMNS, ROOT, applications, arguments, leave

sys.path.insert(0, str(ROOT / "models/training"))
from boosted_trees import trees_of  # noqa: E402
from onnx_trees import graph_of  # noqa: E402

SETTINGS = {"objective": "binary:logistic", "base_score": 0.5, "max_depth": 3, "eta": 0.2, "nthread": 1, "seed": 1, "tree_method": "hist"}


def by_converter(booster: xgboost.Booster) -> bytes:
    from onnxmltools import convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    # Trained on bare arrays, so that columns are called f0, f1, …: the converter refuses other names.
    return convert_xgboost(booster, initial_types=[("float_input", FloatTensorType([None, len(COLUMNS)]))], target_opset=15).SerializeToString()


if __name__ == "__main__":
    given = arguments(__doc__, by={"choices": ["helper", "onnxmltools"], "default": "helper"})
    table, bad = applications(gaps=True)
    rows = xgboost.DMatrix(table, bad, missing=np.nan, nthread=1)
    trained = xgboost.train(SETTINGS, rows, 25)
    # base_score 0.5 is a margin of 0; another one is logit(base_score).
    onnx = by_converter(trained) if given.by == "onnxmltools" else graph_of(trees_of(trained, 1.0), 0.0, len(COLUMNS), "xgboost").SerializeToString()
    leave(given.out, onnx, table, trained.predict(rows))
