"""What a data scientist would write to decide a file of applications: pandas, XGBoost's own contributions, sqlite3.

The floor of `npm run bench -- batch`. It decides the same file with a model of the same size (200 trees, depth 4) and the same columns,
and stores one JSON record per application durably. It does less than Outpost on purpose: no encryption, no hash tree, no validation of
fields, no policy tables, no challenger, path-dependent contributions instead of interventional ones.

    baseline.py train TRAINING.csv MODEL.json
    baseline.py decide MODEL.json APPLICATIONS.csv DATABASE FORM [--rows N] [--group N] [--no-explain]

FORM, as a branch or as a nightly job would have it:
    row     one application at a time, committed before the next is read
    commit  all scored together, each committed on its own, so that none is lost
    group   some hundreds at a time: one predict, one commit for each group
    file    all at once: one predict, one commit at the end
Prints {"rows", "seconds"} as JSON: from opening the file to the last commit, without starting Python and loading the model.
"""
import argparse
import json
import sqlite3
import time
import uuid
from datetime import datetime, timezone

import numpy as np
import pandas as pd
import xgboost as xgb

NUMBERS = ["Seniority", "Time", "Expenses", "Income", "Assets", "Debt", "Amount"]
CHOICES = {
    "Home": ["owner", "rent", "parents", "priv", "other"],
    "Job": ["fixed", "freelance", "partime", "others"],
}
CUTOFF, REFER = 0.30, 0.22


def features(applications: pd.DataFrame) -> pd.DataFrame:
    """The bundled champion's nineteen columns."""
    frame = applications[NUMBERS].astype("float32")
    frame["records_yes"] = (applications["Records"] == "yes").astype("float32")
    for column, values in CHOICES.items():
        for value in values:
            frame[f"{column}_{value}"] = (applications[column] == value).astype("float32")
    frame["loan_to_price"] = applications["Amount"] / applications["Price"]
    repayment = applications["Amount"] / applications["Time"]
    frame["free_income_to_repayment"] = (applications["Income"] - applications["Expenses"]) / repayment
    return frame


def train(training: str, model: str) -> None:
    data = pd.read_csv(training)
    data = data[data["Status"].isin(["good", "bad"])]
    matrix = xgb.DMatrix(features(data), (data["Status"] == "bad").astype(int))
    booster = xgb.train({"objective": "binary:logistic", "max_depth": 4, "eta": 0.05, "seed": 1}, matrix, 200)
    booster.save_model(model)


def open_database(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE decisions (id TEXT PRIMARY KEY, decided_at TEXT, decision TEXT, pd REAL, record TEXT)")
    return database


def outcome_of(pd_bad: float) -> str:
    return "decline" if pd_bad >= CUTOFF else "refer" if pd_bad >= REFER else "approve"


def reasons_of(names: list[str], contributions: np.ndarray) -> list[str]:
    """At most four, what spoke most against the applicant first; the last contribution is the bias."""
    order = np.argsort(-contributions[:-1])[:4]
    return [names[i] for i in order if contributions[i] > 0]


def decide_rows(booster: xgb.Booster, database: sqlite3.Connection, applications: pd.DataFrame, explain: bool, each: bool) -> None:
    """Decides these applications together and commits them, together or each on its own."""
    frame = features(applications)
    matrix = xgb.DMatrix(frame)
    probabilities = booster.predict(matrix)
    contributions = booster.predict(matrix, pred_contribs=True) if explain else None
    names = list(frame.columns)
    inputs = applications.to_dict("records")
    rows = []
    for i, given in enumerate(inputs):
        record = {
            "id": str(uuid.uuid4()),
            "decided_at": datetime.now(timezone.utc).isoformat(),
            "inputs": given,
            "pd": float(probabilities[i]),
            "decision": outcome_of(probabilities[i]),
        }
        if contributions is not None:
            record["contributions"] = dict(zip(names, contributions[i].tolist()))
            record["reasons"] = reasons_of(names, contributions[i])
        rows.append((record["id"], record["decided_at"], record["decision"], record["pd"], json.dumps(record)))
    for together in [[row] for row in rows] if each else [rows]:
        with database:
            database.executemany("INSERT INTO decisions VALUES (?, ?, ?, ?, ?)", together)


def groups_of(path: str, form: str, limit: int | None, group: int):
    if form in ("file", "commit"):
        yield pd.read_csv(path, nrows=limit)
        return
    size = 1 if form == "row" else group
    with pd.read_csv(path, nrows=limit, chunksize=size) as chunks:
        yield from chunks


def decide(args: argparse.Namespace) -> None:
    booster = xgb.Booster(model_file=args.model)
    if args.form == "row":
        # Sharing one row out among threads costs more than it saves.
        booster.set_param("nthread", 1)
    database = open_database(args.database)
    started = time.perf_counter()
    rows = 0
    for applications in groups_of(args.applications, args.form, args.rows, args.group):
        decide_rows(booster, database, applications, args.explain, args.form == "commit")
        rows += len(applications)
    print(json.dumps({"rows": rows, "seconds": time.perf_counter() - started}))
    database.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train")
    training.add_argument("training")
    training.add_argument("model")
    deciding = commands.add_parser("decide")
    deciding.add_argument("model")
    deciding.add_argument("applications")
    deciding.add_argument("database")
    deciding.add_argument("form", choices=["row", "commit", "group", "file"])
    deciding.add_argument("--rows", type=int)
    deciding.add_argument("--group", type=int, default=500)
    deciding.add_argument("--no-explain", dest="explain", action="store_false")
    args = parser.parse_args()
    if args.command == "train":
        train(args.training, args.model)
    else:
        decide(args)


if __name__ == "__main__":
    main()
