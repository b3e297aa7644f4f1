"""Trains the bundled models and writes their packages and policies.

    python3 train.py --out DIR [--product NAME]

writes DIR/<product>/policy.json, champion/ and challenger/. Needs xgboost, scikit-learn, onnx and numpy: Debian's python3-xgboost,
python3-sklearn, python3-onnx, or pip's. Two runs with the same versions on the same kind of machine give the same bytes.
"""
import argparse
import json
import os
import platform
import sys
from pathlib import Path

# Before numpy is loaded: sums that several threads share are made in another order from run to run.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import onnx
import sklearn
import xgboost

import cross_validation
import onnx_trees
from applications import DATA, Applications, read_applications, read_product, sha256_of, split_rows
from metrics import auc, brier, logistic, with_intervals
from model_card import card
from models import Model, challenger, champion
from monitored_groups import figures_by_group
from package_parts import answers_of, background_of, baseline_of, golden_cases, golden_of, scorecard_of
from policies import policy_of, score_of
from policy_tables import outcomes
from products import PRODUCTS

VERSION, TRAINED_ON, EXPIRES_ON = "1.0.0", "2026-11-23", "2028-11-30"
OWNER = "Credit risk modelling (example)"
DRAWS = 1000
OUTPUT = {
    "name": onnx_trees.PROBABILITIES,
    "form": "classes",
    "badIndex": 1,
    "badClass": 1,
    "scale": "probability",
    "of": "bad",
    "sumsToOne": True,
}
TITLES = {
    "champion": {"en": "Monotone boosted trees", "es": "Árboles potenciados monótonos"},
    "challenger": {"en": "Scorecard", "es": "Tarjeta de puntuación"},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, type=Path, help="folder to write to; made if it is not there")
    parser.add_argument("--product", choices=[module.PRODUCT for module in PRODUCTS], help="this product only")
    arguments = parser.parse_args()
    selection = read_beside("selection.json")
    for module in PRODUCTS:
        if arguments.product in (None, module.PRODUCT):
            write_product(module, selection[module.PRODUCT], arguments.out / module.PRODUCT)


def read_beside(name: str) -> dict:
    return json.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))


def write_product(module, selection: dict, folder: Path) -> None:
    product = read_product(module.PRODUCT)
    everything = read_applications(product, module.DATASET, module.OUTCOME)
    train, test = (everything.take(rows) for rows in split_rows(module.DATASET))
    models = [champion(module, selection, train), challenger(module, selection, train)]
    policy = policy_of(module, product, models[0], train)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "policy.json", policy)
    for model in models:
        metrics = write_package(module, product, policy, selection, model, train, test, folder / model.kind)
        print(f"{module.PRODUCT} {model.kind}: AUC {metrics['auc']['value']:.4f}, Brier {metrics['brier']['value']:.4f}", file=sys.stderr)


def write_package(module, product, policy, selection, model: Model, train: Applications, test: Applications, folder: Path) -> dict:
    folder.mkdir(parents=True, exist_ok=True)
    log_odds = model.log_odds(test.answers)
    metrics = with_intervals(test.bad, log_odds, DRAWS)
    training = training_record(model, selection, train, test)
    manifest = manifest_of(module, model, metrics, train)
    train_outcome = outcomes(product, policy, train.answers, score_of(model.out_of_fold[0], module.SCALING), model.doubtful(train.answers))
    score = score_of(log_odds, module.SCALING)
    cutoff = policy["referBand"]["high"]
    approved = outcomes(product, policy, test.answers, score, model.doubtful(test.answers)) == "approve"
    groups = {field: figures_by_group(field, bands, test, log_odds, score >= cutoff, approved) for field, bands in module.MONITORED.items()}
    (folder / "model.onnx").write_bytes(model.graph.SerializeToString(deterministic=True))
    write_json(folder / "background.json", background_of(model, train, train_outcome, cutoff, module.SCALING))
    write_json(folder / "baseline.json", baseline_of(model, train, module.SCALING))
    cases = golden_cases(model, product, train)
    answers = answers_of(cases, product)
    write_json(folder / "golden.json", golden_of(model, cases, answers))
    expected = outcomes(product, policy, answers, score_of(model.log_odds(answers), module.SCALING), model.doubtful(answers))
    write_json(folder / "training.json", {**training, "groups": groups, "goldenOutcomes": expected.tolist()})
    if model.card:
        write_json(folder / "scorecard.json", scorecard_of(model, module.SCALING))
    (folder / "model-card.md").write_text(card(manifest, training, groups, policy, read_beside("other-splits.json")), encoding="utf-8")
    manifest["files"] = {path.name: sha256_of(path) for path in sorted(folder.iterdir()) if path.name != "manifest.json"}
    write_json(folder / "manifest.json", manifest)
    return metrics


def manifest_of(module, model: Model, metrics: dict, train: Applications) -> dict:
    used = {feature["characteristic"] for feature in model.features}
    names = [feature["name"] for feature in model.features]
    what = "Monotone gradient-boosted trees" if model.kind == "champion" else "A weight-of-evidence scorecard"
    return {
        "format": "outpost-model/1",
        "name": f"{module.PRODUCT}-{model.kind}",
        "version": VERSION,
        "product": module.PRODUCT,
        "title": TITLES[model.kind],
        "description": f"{what} for the product {module.PRODUCT}, trained on {module.DATASET}. An example to try Outpost with.",
        "owner": OWNER,
        "trainedOn": TRAINED_ON,
        "validatedOn": None,
        "expiresOn": EXPIRES_ON,
        "outcomeWindowMonths": module.OUTCOME_WINDOW_MONTHS,
        "inputs": [{"name": onnx_trees.INPUT, "type": "float", "shape": "matrix", "features": names}],
        "features": model.features,
        "characteristics": [one for one in module.CHARACTERISTICS if one["id"] in used],
        "output": OUTPUT,
        "calibration": None,
        "scaling": module.SCALING,
        "trainingData": {
            "description": module.DESCRIPTION,
            "sha256": sha256_of(DATA / f"{module.DATASET}.csv"),
            "rows": len(train),
            "bads": int(train.bad.sum()),
        },
        "metrics": metrics,
        "limits": module.LIMITS,
        "files": {},
    }


def training_record(model: Model, selection: dict, train: Applications, test: Applications) -> dict:
    """What is needed to judge and to repeat the training; `versions` decides whether bytes or figures are compared."""
    pd = logistic(model.out_of_fold)
    areas, scores = ([measure(train.bad, row) for row in pd] for measure in (auc, brier))
    return {
        "kind": model.kind,
        "versions": {
            "xgboost": xgboost.__version__,
            "scikit-learn": sklearn.__version__,
            "onnx": onnx.__version__,
            "numpy": np.__version__,
            "machine": platform.machine(),
        },
        "settings": model.settings,
        "calibration": {"slope": round(model.slope, 9), "intercept": round(model.intercept, 9)},
        "crossValidation": {
            "folds": cross_validation.FOLDS,
            "repeats": cross_validation.REPEATS,
            "auc": round(float(np.mean(areas)), 5),
            "brier": round(float(np.mean(scores)), 5),
        },
        "tried": tried(model.kind, selection),
        "test": {
            "rows": len(test),
            "bads": int(test.bad.sum()),
            "draws": DRAWS,
            "outsideTrainedRange": int(model.doubtful(test.answers).sum()),
        },
    }


def tried(kind: str, selection: dict) -> list[dict]:
    """For the card: the champion's feature sets at their best number of rounds, the challenger's settings."""
    chosen = selection[kind]
    if kind == "challenger":
        key = (chosen["smallest_iv"], chosen["strength"])
        return [{**one, "chosen": (one["smallest_iv"], one["strength"]) == key} for one in chosen["settings"]]
    best: dict[str, dict] = {}
    for one in chosen["sets"]:
        if one["features"] not in best or one["log_loss"] < best[one["features"]]["log_loss"]:
            best[one["features"]] = one
    return [{**one, "chosen": name == chosen["features"]} for name, one in best.items()]


def write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
