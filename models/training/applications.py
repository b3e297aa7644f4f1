"""Applications as the product definition describes them: CSV columns read into answers by field id, split into train and test rows."""
import csv
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
DATA = HERE / "data"
BUNDLED = HERE.parent / "bundled"


@dataclass(frozen=True)
class Applications:
    """Answers by field id: float64 with NaN for missing (numbers), object with None for missing (choices). `bad`: 1 = went bad."""

    answers: dict[str, np.ndarray]
    bad: np.ndarray

    def __len__(self) -> int:
        return len(self.bad)

    def take(self, rows: np.ndarray) -> "Applications":
        return Applications({field: values[rows] for field, values in self.answers.items()}, self.bad[rows])


def read_product(product: str) -> dict:
    return json.loads((BUNDLED / product / "product.json").read_text(encoding="utf-8"))


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_applications(product: dict, dataset: str, outcome: str) -> Applications:
    """Every field whose column the file has; identifying fields are not in it. An empty cell is missing, and nothing else is."""
    with open(DATA / f"{dataset}.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    answers = {}
    for field in product["fields"]:
        column = field["column"]
        if column not in rows[0]:
            continue
        cells = [row[column] for row in rows]
        answers[field["id"]] = numbers(field, cells) if field["type"] in ("integer", "decimal") else choices(field, cells)
    return Applications(answers, np.array([row[outcome] == "bad" for row in rows], dtype=np.int64))


def numbers(field: dict, cells: list[str]) -> np.ndarray:
    values = np.array([float(cell) if cell != "" else np.nan for cell in cells], dtype=np.float64)
    outside = np.sum((values < field["min"]) | (values > field["max"]))
    if outside:
        raise ValueError(f"{outside} training rows lie outside the product's range of {field['id']}")
    return values


def choices(field: dict, cells: list[str]) -> np.ndarray:
    unknown = set(cells) - {option["value"] for option in field["options"]} - {""}
    if unknown:
        raise ValueError(f"the product knows no such value of {field['id']}: {sorted(unknown)}")
    return np.array([cell if cell != "" else None for cell in cells], dtype=object)


def split_rows(dataset: str) -> tuple[np.ndarray, np.ndarray]:
    """0-based data rows of train and of test."""
    parts: dict[str, list[int]] = {"train": [], "test": []}
    with open(DATA / "splits.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["dataset"] == dataset:
                parts[row["part"]].append(int(row["row"]))
    return np.array(sorted(parts["train"])), np.array(sorted(parts["test"]))
