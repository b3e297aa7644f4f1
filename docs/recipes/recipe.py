"""What every recipe shares: applications to train on, and the three files that it leaves behind.

model.onnx  the exported model
rows.csv    applications under the model's own column names
own.csv     row (from 1) and PD by the training library itself, to hold `outpost model score` against
"""
import argparse
import csv
import pathlib

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
#: Columns of the form of the product instalment-loan: `outpost model init` finds their fields by these names.
COLUMNS = ["Seniority", "Time", "Expenses", "Income", "Assets", "Debt", "Amount", "Price"]
ROWS = 60


def arguments(description: str, **more: dict) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    for name, options in more.items():
        parser.add_argument(f"--{name}", **options)
    return parser.parse_args()


def applications(gaps: bool) -> tuple[np.ndarray, np.ndarray]:
    """(features as float32, 1 for bad). Without `gaps` a missing number is 0, for models that know no missing ones."""
    with open(ROOT / "models/training/data/credit_data.csv", newline="") as file:
        records = list(csv.DictReader(file))
    missing = "nan" if gaps else "0"
    table = [[float(record[column] if record[column] not in ("", "NA") else missing) for column in COLUMNS] for record in records]
    return np.array(table, np.float32), np.array([int(record["Status"] == "bad") for record in records])


def leave(out: pathlib.Path, onnx: bytes, table: np.ndarray, pd: np.ndarray) -> None:
    """The first rows are enough to compare: another class, column order or missing value shows in all of them."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "model.onnx").write_bytes(onnx)
    with open(out / "rows.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([["" if np.isnan(value) else repr(float(value)) for value in row] for row in table[:ROWS]])
    with open(out / "own.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["row", "pd"])
        writer.writerows([[i + 1, repr(float(value))] for i, value in enumerate(pd[:ROWS])])
