"""Champion and challenger of a product: fitted on train rows, calibrated by out-of-fold predictions, turned into graphs."""
from dataclasses import dataclass

import numpy as np
from onnx import ModelProto

import boosted_trees
import cross_validation
import onnx_trees
import scorecard
from applications import Applications
from features import feature_table, fields_of
from metrics import recalibration


@dataclass
class Model:
    """`out_of_fold` is [repeats, train rows], calibrated log-odds of bad; `features` are in the manifest's form."""

    kind: str
    features: list[dict]
    graph: ModelProto
    slope: float
    intercept: float
    out_of_fold: np.ndarray
    settings: dict
    card: scorecard.Scorecard | None = None

    def table(self, answers: dict[str, np.ndarray]) -> np.ndarray:
        return feature_table(self.features, answers)

    def log_odds(self, answers: dict[str, np.ndarray]) -> np.ndarray:
        return onnx_trees.log_odds(self.graph, self.table(answers))

    def doubtful(self, answers: dict[str, np.ndarray]) -> np.ndarray:
        """Rows that the program refers because of the model: a value outside the range seen in training, or missing where none was."""
        result = np.zeros(len(next(iter(answers.values()))), dtype=bool)
        for feature, column in zip(self.features, self.table(answers).T):
            result |= (column < feature["trained"]["min"]) | (column > feature["trained"]["max"])
            if not feature["mayBeMissing"]:
                result |= np.isnan(column)
        return result


def champion(module, selection: dict, train: Applications) -> Model:
    chosen = selection["champion"]
    features = module.CANDIDATES[chosen["features"]]
    settings = boosted_trees.Settings(chosen["rounds"], chosen["parameters"])
    table = feature_table(features, train.answers)
    out_of_fold = cross_validation.out_of_fold(cross_validation.boosted(features, settings), table, train.bad)
    slope, intercept = calibrate(out_of_fold, train.bad)
    booster = boosted_trees.train(features, table, train.bad, settings)
    graph = onnx_trees.graph_of(boosted_trees.trees_of(booster, slope), intercept, len(features), f"{module.PRODUCT}-champion")
    expected = slope * boosted_trees.margins(booster, table) + intercept
    require_equal(expected, onnx_trees.log_odds(graph, table), "XGBoost's own predictions")
    used = {"features": chosen["features"], "rounds": chosen["rounds"], **boosted_trees.FIXED, **chosen["parameters"]}
    return Model("champion", described(features, table, train), graph, slope, intercept, slope * out_of_fold + intercept, used)


def challenger(module, selection: dict, train: Applications) -> Model:
    chosen = selection["challenger"]
    strictness = (chosen["smallest_iv"], chosen["strength"])
    features = module.SCORECARD_FEATURES
    table = feature_table(features, train.answers)
    out_of_fold = cross_validation.out_of_fold(cross_validation.scorecards(features, *strictness), table, train.bad)
    slope, intercept = calibrate(out_of_fold, train.bad)
    card = scorecard.fit(features, table, train.bad, *strictness)
    kept = [features[i] for i in card.columns]
    base = slope * card.intercept + intercept
    graph = onnx_trees.graph_of(scorecard.trees_of(card, slope), base, len(kept), f"{module.PRODUCT}-challenger")
    expected = slope * card.log_odds(table) + intercept
    require_equal(expected, onnx_trees.log_odds(graph, table[:, card.columns]), "the scorecard's own sums")
    used = {"smallest_iv": strictness[0], "strength": strictness[1], "dropped": card.dropped}
    seen = described(kept, table[:, card.columns], train)
    return Model("challenger", seen, graph, slope, intercept, slope * out_of_fold + intercept, used, card)


def calibrate(out_of_fold: np.ndarray, bad: np.ndarray) -> tuple[float, float]:
    """Slope and intercept that make the out-of-fold log-odds true on train rows; a slope above 0 keeps the order."""
    return recalibration(np.tile(bad, len(out_of_fold)), out_of_fold.ravel())


def require_equal(expected: np.ndarray, found: np.ndarray, of: str) -> None:
    """Float32 leaves and sums allow 1e-5 on the log-odds, which is at most 2.5e-6 on the PD; in practice it is far less."""
    distance = float(np.abs(expected - found).max())
    if not distance < 1e-5:
        raise ArithmeticError(f"the graph is {distance} away from {of}")


def described(features: list[dict], table: np.ndarray, train: Applications) -> list[dict]:
    """The features in the manifest's form, with what was seen in training."""
    result = []
    for feature, column in zip(features, table.T):
        known = column[~np.isnan(column)]
        missing = any(has_missing(train.answers[field]) for field in fields_of(feature["source"])) or len(known) < len(column)
        result.append(
            {
                "name": feature["name"],
                "source": feature["source"],
                "characteristic": feature["characteristic"],
                "mayBeMissing": bool(missing),
                "trained": {"min": float(known.min()), "max": float(known.max())},
                "monotone": feature["monotone"],
            }
        )
    return result


def has_missing(values: np.ndarray) -> bool:
    return bool(np.any([value is None for value in values]) if values.dtype == object else np.isnan(values).any())
