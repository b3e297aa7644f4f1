"""The exporter and the rules of features and policies, on cases small enough to work out by hand."""
import sys
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

import boosted_trees  # noqa: E402
import onnx_trees  # noqa: E402
import scorecard  # noqa: E402
from features import evaluate, feature_values  # noqa: E402
from metrics import auc, ks, recalibration  # noqa: E402
from policy_tables import meets, outcome_of  # noqa: E402

NAN = float("nan")
RNG = np.random.default_rng(5)


def noisy(rows: int = 400) -> tuple[np.ndarray, np.ndarray]:
    table = RNG.normal(size=(rows, 3))
    bad = (table[:, 0] + RNG.normal(size=rows) > 0.5).astype(np.int64)
    table[RNG.random(table.shape) < 0.1] = NAN
    return table, bad


class Graphs(unittest.TestCase):
    def test_answers_as_xgboost_does_with_missing_values_and_values_on_a_threshold(self):
        table, bad = noisy()
        features = [{"monotone": "increasing"}, {"monotone": None}, {"monotone": None}]
        booster = boosted_trees.train(features, table, bad, boosted_trees.Settings(20, {"max_depth": 3, "eta": 0.3}))
        trees = boosted_trees.trees_of(booster, 1.0)
        on_threshold = np.array([[node.threshold] * 3 for tree in trees for node in tree if node.feature >= 0])
        rows = np.vstack([table, on_threshold])
        found = onnx_trees.log_odds(onnx_trees.graph_of(trees, 0.0, 3, "test"), rows)
        np.testing.assert_allclose(found, boosted_trees.margins(booster, rows), atol=1e-5)

    def test_scales_leaves_and_shifts_the_base(self):
        table, bad = noisy()
        features = [{"monotone": None}] * 3
        booster = boosted_trees.train(features, table, bad, boosted_trees.Settings(5, {"max_depth": 2}))
        found = onnx_trees.log_odds(onnx_trees.graph_of(boosted_trees.trees_of(booster, 0.5), -1.0, 3, "test"), table)
        np.testing.assert_allclose(found, 0.5 * boosted_trees.margins(booster, table) - 1.0, atol=1e-5)

    def test_moves_the_pd_only_in_the_constrained_direction(self):
        table, bad = noisy()
        features = [{"monotone": "increasing"}, {"monotone": None}, {"monotone": None}]
        booster = boosted_trees.train(features, table, bad, boosted_trees.Settings(30, {"max_depth": 3}))
        steps = np.column_stack([np.linspace(-3, 3, 50), np.zeros(50), np.zeros(50)])
        self.assertTrue(np.all(np.diff(boosted_trees.margins(booster, steps)) >= 0))


class Scorecards(unittest.TestCase):
    def test_bins_are_monotone_and_none_is_small(self):
        values = np.concatenate([RNG.normal(size=900), [NAN] * 100])
        bad = (np.nan_to_num(values) + RNG.normal(size=1000) > 0.8).astype(np.int64)
        binning = scorecard.bin_feature("x", values, bad, "increasing")
        rates = np.array(binning.bads) / np.array(binning.counts)
        self.assertTrue(np.all(np.diff(rates) > 0))
        self.assertGreaterEqual(min(binning.counts), 45)
        self.assertEqual(binning.missing_count, 100)

    def test_a_tree_answers_as_its_bins_do_on_the_edges_and_for_missing_values(self):
        binning = scorecard.Binning("x", [1.0, 2.5, 7.0], [1] * 4, [0] * 4, [0.5, 0.25, -0.5, -1.0], 1, 1, 2.0, 0.1)
        values = np.array([-1e30, 0.999, 1.0, 2.4, 2.5, 6.9, 7.0, 1e30, NAN])
        graph = onnx_trees.graph_of([scorecard.tree_of(0, binning, 2.0)], 0.0, 1, "test")
        np.testing.assert_allclose(onnx_trees.log_odds(graph, values[:, None]), 2.0 * binning.transform(values), atol=1e-6)


class Features(unittest.TestCase):
    answers = {"a": np.array([6.0, NAN, 6.0]), "b": np.array([3.0, 2.0, 0.0]), "c": np.array(["x", None, "y"], dtype=object)}

    def test_a_missing_operand_and_a_division_by_zero_are_missing(self):
        divided = evaluate({"op": "divide", "args": [{"field": "a"}, {"field": "b"}]}, self.answers)
        np.testing.assert_array_equal(divided, [2.0, NAN, NAN])
        filled = evaluate({"value": {"field": "a"}, "ifMissing": 0}, self.answers)
        np.testing.assert_array_equal(filled, [6.0, 0.0, 6.0])

    def test_a_missing_choice_is_all_zeros_in_one_hot_columns_and_missing_in_a_map(self):
        np.testing.assert_array_equal(feature_values({"oneHot": "c", "value": "x"}, self.answers), [1.0, 0.0, 0.0])
        np.testing.assert_array_equal(feature_values({"map": "c", "values": {"x": 0, "y": 1}}, self.answers), [0.0, NAN, 1.0])


class Policies(unittest.TestCase):
    def test_cells(self):
        for cell, value, expected in [
            ("-", None, True),
            (">= 3", 3.0, True),
            ("(3..5]", 3.0, False),
            ("[3..5)", 5.0, False),
            ('"a","b"', "b", True),
            ('not("a")', "b", True),
            ("null", None, True),
            ("not(null)", None, False),
            ("> 3", None, None),
            ("7", 7.0, True),
        ]:
            self.assertIs(meets(cell, value), expected, (cell, value))

    def test_a_doubt_is_a_refer_that_no_decline_overrules(self):
        table = {"purpose": "affordability", "hitPolicy": "COLLECT", "inputs": ["x", "y"]}
        rules = [{"when": ["> 1", "-"], "outcome": "decline"}, {"when": ["-", "> 1"], "outcome": "decline"}]
        policy = {"tables": [{**table, "rules": rules}]}
        self.assertEqual(outcome_of(policy, {"x": 2.0, "y": 0.0}), "decline")
        self.assertEqual(outcome_of(policy, {"x": 2.0, "y": None}), "refer")


class Figures(unittest.TestCase):
    def test_by_hand(self):
        bad, pd = np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.4, 0.8])
        self.assertAlmostEqual(auc(bad, pd), 3.5 / 4)
        self.assertAlmostEqual(ks(bad, pd), 0.5)

    def test_true_log_odds_need_no_recalibration(self):
        log_odds = RNG.normal(size=40000)
        bad = (RNG.random(40000) < 1 / (1 + np.exp(-log_odds))).astype(np.int64)
        slope, intercept = recalibration(bad, log_odds)
        self.assertAlmostEqual(slope, 1, delta=0.06)
        self.assertAlmostEqual(intercept, 0, delta=0.06)


if __name__ == "__main__":
    unittest.main()
