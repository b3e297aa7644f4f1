"""Tree ensembles as ONNX graphs, written with onnx.helper alone so that no converter is needed, and a plain evaluator to check them.

The form is the one that XGBoost's usual exports have: one TreeEnsembleClassifier of ai.onnx.ml version 1 over one float matrix,
BRANCH_LT on float32 thresholds, a missing-value track at each node, one weight per leaf for the class 1 (bad), post_transform LOGISTIC.
"""
from dataclasses import dataclass

import numpy as np
from onnx import ModelProto, TensorProto, checker, helper

INPUT, LABEL, PROBABILITIES = "features", "label", "probabilities"
#: `value < LARGEST` holds for every value but a missing one: a test for 'is it there at all'.
LARGEST = float(np.finfo(np.float32).max)


@dataclass
class Node:
    """An inner node (`feature` >= 0) that tests value < threshold, or a leaf (`feature` = -1). Children are indices in the tree's list."""

    feature: int
    threshold: float = 0.0
    when_true: int = 0
    when_false: int = 0
    missing_true: bool = False
    value: float = 0.0


Tree = list[Node]


def graph_of(trees: list[Tree], base: float, feature_count: int, name: str) -> ModelProto:
    """A model whose second output, [N,2], holds the probabilities of good and bad: σ(base + sum of leaves) in column 1."""
    nodes = [(t, i, node) for t, tree in enumerate(trees) for i, node in enumerate(tree)]
    leaves = [(t, i, node) for t, i, node in nodes if node.feature < 0]
    ensemble = helper.make_node(
        "TreeEnsembleClassifier",
        [INPUT],
        [LABEL, PROBABILITIES],
        domain="ai.onnx.ml",
        name="trees",
        nodes_treeids=[t for t, _, _ in nodes],
        nodes_nodeids=[i for _, i, _ in nodes],
        nodes_featureids=[max(node.feature, 0) for _, _, node in nodes],
        nodes_modes=["LEAF" if node.feature < 0 else "BRANCH_LT" for _, _, node in nodes],
        nodes_values=[float(np.float32(node.threshold)) for _, _, node in nodes],
        nodes_truenodeids=[node.when_true for _, _, node in nodes],
        nodes_falsenodeids=[node.when_false for _, _, node in nodes],
        nodes_hitrates=[1.0] * len(nodes),
        nodes_missing_value_tracks_true=[int(node.missing_true) for _, _, node in nodes],
        class_treeids=[t for t, _, _ in leaves],
        class_nodeids=[i for _, i, _ in leaves],
        class_ids=[0] * len(leaves),
        class_weights=[float(np.float32(node.value)) for _, _, node in leaves],
        classlabels_int64s=[0, 1],
        base_values=[float(np.float32(base))],
        post_transform="LOGISTIC",
    )
    graph = helper.make_graph(
        [ensemble],
        name,
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["rows", feature_count])],
        [
            helper.make_tensor_value_info(LABEL, TensorProto.INT64, ["rows"]),
            helper.make_tensor_value_info(PROBABILITIES, TensorProto.FLOAT, ["rows", 2]),
        ],
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 1)],
        producer_name="outpost-training",
        producer_version="1",
    )
    model.ir_version = 8
    checker.check_model(model)
    return model


def log_odds(model: ModelProto, table: np.ndarray) -> np.ndarray:
    """The log-odds of bad for each row, read from the graph and not from what it was written from; sums in float64."""
    (ensemble,) = model.graph.node
    attribute = {a.name: helper.get_attribute_value(a) for a in ensemble.attribute}
    index = {key: i for i, key in enumerate(zip(attribute["nodes_treeids"], attribute["nodes_nodeids"]))}
    weight = dict(zip(zip(attribute["class_treeids"], attribute["class_nodeids"]), attribute["class_weights"]))
    modes = [mode.decode() for mode in attribute["nodes_modes"]]
    thresholds = np.array(attribute["nodes_values"], dtype=np.float32)
    rows = table.astype(np.float32)
    total = np.full(len(rows), float(np.float32(attribute["base_values"][0])))
    for tree in sorted(set(attribute["nodes_treeids"])):
        pending = [(0, np.arange(len(rows)))]
        while pending:
            node, members = pending.pop()
            i = index[tree, node]
            if modes[i] == "LEAF":
                total[members] += weight[tree, node]
                continue
            values = rows[members, attribute["nodes_featureids"][i]]
            missing_true = bool(attribute["nodes_missing_value_tracks_true"][i])
            holds = np.where(np.isnan(values), missing_true, values < thresholds[i])
            pending.append((attribute["nodes_truenodeids"][i], members[holds]))
            pending.append((attribute["nodes_falsenodeids"][i], members[~holds]))
    return total
