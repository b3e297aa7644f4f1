#!/usr/bin/env python3
"""A scikit-learn pipeline (scaler and logistic regression), with or without a ZipMap.

  python3 docs/recipes/sklearn_pipeline.py --out /tmp/recipe [--zipmap] [--by skl2onnx]

`--by skl2onnx` uses the converter (pip install skl2onnx). Without it the graph is written with onnx.helper in the form that the converter writes.
"""
from onnx import TensorProto, ValueInfoProto, helper
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from recipe import COLUMNS, applications, arguments, leave

ML = "ai.onnx.ml"


def by_converter(pipeline, zipmap: bool) -> bytes:
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType

    # Without the option, skl2onnx ends a classifier in a ZipMap. Outpost reads both; the tensor is the plainer thing to hand on.
    options = {id(pipeline): {"zipmap": zipmap}}
    model = to_onnx(pipeline, initial_types=[("float_input", FloatTensorType([None, len(COLUMNS)]))], options=options, target_opset={"": 15, ML: 3})
    return model.SerializeToString()


def by_helper(pipeline, zipmap: bool) -> bytes:
    scaler, regression = pipeline[0], pipeline[-1]
    weights, bias = regression.coef_[0], float(regression.intercept_[0])
    nodes = [
        helper.make_node("Scaler", ["float_input"], ["scaled"], domain=ML, offset=scaler.mean_.tolist(), scale=(1 / scaler.scale_).tolist()),
        helper.make_node(
            "LinearClassifier", ["scaled"], ["label", "raw"], domain=ML, multi_class=1, post_transform="LOGISTIC", classlabels_ints=[0, 1],
            coefficients=(-weights).tolist() + weights.tolist(), intercepts=[-bias, bias],
        ),
        helper.make_node("Normalizer", ["raw"], ["probabilities"], domain=ML, norm="L1"),
    ]
    output = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 2])
    if zipmap:
        nodes.append(helper.make_node("ZipMap", ["probabilities"], ["output_probability"], domain=ML, classlabels_int64s=[0, 1]))
        output = ValueInfoProto(name="output_probability")
        output.type.sequence_type.elem_type.map_type.key_type = TensorProto.INT64
        output.type.sequence_type.elem_type.map_type.value_type.tensor_type.elem_type = TensorProto.FLOAT
    label = helper.make_tensor_value_info("label", TensorProto.INT64, [None])
    inputs = [helper.make_tensor_value_info("float_input", TensorProto.FLOAT, [None, len(COLUMNS)])]
    graph = helper.make_graph(nodes, "pipeline", inputs, [label, output])
    opsets = [helper.make_opsetid("", 15), helper.make_opsetid(ML, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="recipe").SerializeToString()


if __name__ == "__main__":
    given = arguments(__doc__, zipmap={"action": "store_true"}, by={"choices": ["helper", "skl2onnx"], "default": "helper"})
    table, bad = applications(gaps=False)
    trained = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(table, bad)
    onnx = by_converter(trained, given.zipmap) if given.by == "skl2onnx" else by_helper(trained, given.zipmap)
    leave(given.out, onnx, table, trained.predict_proba(table)[:, 1])
