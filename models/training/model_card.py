"""The model card, in Markdown: what the model is for, how it was made, what it reaches, and what it must not be used for."""
NAMES = {
    "auc": "AUC",
    "gini": "Gini",
    "ks": "KS",
    "brier": "Brier score",
    "log_loss": "Log-loss",
    "calibration_slope": "Calibration slope",
    "calibration_intercept": "Calibration intercept",
    "mean_pd": "Mean PD",
    "bad_rate": "Bad rate observed",
}
METHOD = {
    "champion": "Gradient-boosted trees (XGBoost) with monotone constraints: where a direction is given below, the PD can only move that way. Calibrated "
    "by multiplying every leaf by the slope and shifting the base by the intercept of a logistic regression on out-of-fold log-odds, so that the "
    "graph stays one tree ensemble and its explanation stays exact.",
    "challenger": "A scorecard: monotone bins by weight of evidence, missing values in a bin of their own, logistic regression on the WOE. Bins, "
    "WOE, information values and points are in `scorecard.json`. The graph is one tree per characteristic: additive, its explanation is exact.",
}


def table(head: list[str], rows: list[list]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join("–" if cell is None else str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def card(manifest: dict, training: dict, groups: dict[str, list[dict]], policy: dict, splits: dict) -> str:
    kind = training["kind"]
    parts = [
        f"# {manifest['title']['en']} — {manifest['name']} {manifest['version']}",
        manifest["description"],
        "## Purpose\n\nTo estimate the probability of default (PD) of an application, so that the branch's policy can approve, refer or decline it "
        "with stated reasons. A person may disregard the result at any time; every doubt is referred to one.",
        data_section(manifest, training),
        f"## Method\n\n{METHOD[kind]}\n\n{selection_text(training)}",
        features_section(manifest),
        metrics_section(manifest, training),
        splits_section(manifest, training, splits),
        *[groups_section(field, rows, policy) for field, rows in groups.items()],
        "## Limits\n\n" + "\n".join(f"- {limit}" for limit in manifest["limits"]),
        explanation_section(manifest),
        f"## Made with\n\n`python3 models/training/train.py` with {versions(training)}. Settings: `training.json`.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def data_section(manifest: dict, training: dict) -> str:
    data = manifest["trainingData"]
    return (
        f"## Data\n\n{data['description']}. {data['rows']} train rows, {data['bads']} bad ({data['bads'] / data['rows']:.1%}); "
        f"{training['test']['rows']} test rows, {training['test']['bads']} bad. SHA-256 of the file: `{data['sha256']}`.\n\n"
        "Protected and identifying fields are not inputs. Every choice (features, settings, rounds, bins, calibration, cutoffs) was made by "
        "cross-validation on the train rows; the test rows were scored by each finished model, once, for the figures below, and no model was changed after "
        "that. Before the models were made, tables of the whole file (levels, ranges, bad rates of single columns) had been seen; no model was fitted for them."
    )


def selection_text(training: dict) -> str:
    cv = training["crossValidation"]
    text = (
        f"Out-of-fold on train ({cv['repeats']} × {cv['folds']} folds, calibrated): AUC {cv['auc']:.4f}, Brier {cv['brier']:.4f}. "
        f"Calibration: slope {training['calibration']['slope']:.4f}, intercept {training['calibration']['intercept']:.4f}. "
    )
    rows = training["tried"]
    if training["kind"] == "champion":
        text += "\n\nFeature sets tried, each at its best number of rounds (the chosen one has the lowest log-loss):\n\n"
        body = [[r["features"], r["rounds"], *tried_figures(r)] for r in rows]
        return text + table(["Features", "Rounds", "AUC", "Log-loss", ""], body)
    text += "Characteristics dropped (too little information, or a weight against their own direction): "
    text += (", ".join(training["settings"]["dropped"]) or "none") + ".\n\nSettings tried:\n\n"
    body = [[r["smallest_iv"], r["strength"], *tried_figures(r)] for r in rows]
    return text + table(["Smallest IV", "Strength (C)", "AUC", "Log-loss", ""], body)


def tried_figures(one: dict) -> list[str]:
    return [f"{one['auc']:.4f}", f"{one['log_loss']:.4f}", "chosen" if one["chosen"] else "refused"]


def features_section(manifest: dict) -> str:
    rows = []
    for f in manifest["features"]:
        seen = f"{f['trained']['min']:g} … {f['trained']['max']:g}"
        rows.append([f"`{f['name']}`", f["characteristic"], f["monotone"] or "free", seen, "yes" if f["mayBeMissing"] else "no"])
    return "## Features\n\n" + table(["Feature", "Characteristic", "PD moves", "Seen in training", "May be missing"], rows)


def metrics_section(manifest: dict, training: dict) -> str:
    rows = [[NAMES[name], f"{m['value']:.4f}", f"{m['low']:.4f} … {m['high']:.4f}"] for name, m in manifest["metrics"].items()]
    outside = training["test"]["outsideTrainedRange"]
    return (
        "## Figures on the test rows\n\n"
        + table(["Figure", "Value", "95 % interval"], rows)
        + f"\n\nIntervals: {training['test']['draws']} bootstrap samples of the test rows. {outside} of {training['test']['rows']} test rows have a value "
        "outside the range seen in training; the program refers such applications."
    )


def splits_section(manifest: dict, training: dict, splits: dict) -> str:
    found = splits[manifest["product"]][training["kind"]]
    rows = [
        [NAMES[name], f"{manifest['metrics'][name]['value']:.4f}", f"{found[name]['mean']:.4f} ± {found[name]['sd']:.4f}"]
        for name in ("auc", "brier", "calibration_slope")
    ]
    inside = found["train_auc"]
    rows.append(["AUC out-of-fold on train", f"{training['crossValidation']['auc']:.4f}", f"{inside['mean']:.4f} ± {inside['sd']:.4f}"])
    return (
        "## How much the split matters\n\nThe figures above belong to one fixed split. The same procedure, calibration included, on "
        f"{splits['splits']} other random 70/30 splits of the file gives (mean ± standard deviation):\n\n"
        + table(["Figure", "Fixed split", "Other splits"], rows)
        + "\n\nRun when the model was finished; nothing was chosen by it (`models/training/other_splits.py`)."
    )


def groups_section(field: str, rows: list[dict], policy: dict) -> str:
    keys = ["group", "rows", "bads", "bad_rate", "mean_pd", "auc", "passes", "pass_share", "approved_share", "air"]
    head = ["Group", "Rows", "Bad", "Bad rate", "Mean PD", "AUC", "At or above cutoff", "Share", "Approved by the whole policy", "AIR"]
    return (
        f"## Monitored: {field}\n\nTest rows; cutoff {policy['referBand']['high']}. `{field}` is not an input. AIR is a group's share at or above the cutoff "
        "over that of the largest group. Cells of fewer than 30 applicants are hidden, an AUC needs 10 bads and 10 goods.\n\n"
        + table(head, [[row[key] for key in keys] for row in rows])
        + "\n\n"
        + to_look_at(rows)
    )


def to_look_at(rows: list[dict]) -> str:
    shown = [row for row in rows if row["air"] is not None]
    low = [f"{row['group']} (AIR {row['air']:.2f}, bad rate {row['bad_rate']:.0%})" for row in shown if row["air"] < 0.8]
    return f"AIR below 0.80, a reason to look: {'; '.join(low)}." if low else "No shown group has an AIR below 0.80."


def explanation_section(manifest: dict) -> str:
    scaling = manifest["scaling"]
    return (
        f"## Score and reasons\n\nScore {scaling['baseScore']} at good:bad odds of {scaling['baseOdds']}:1, {scaling['pdo']} points double the odds. "
        "Reasons are exact Shapley values against `background.json` (see its description). Features that are made of several fields count to a "
        "characteristic of their own; the values compare columns, so a derived column and its fields are exchanged independently."
    )


def versions(training: dict) -> str:
    return ", ".join(f"{name} {version}" for name, version in training["versions"].items())
