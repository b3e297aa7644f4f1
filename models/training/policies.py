"""Writes a product's policy: cutoffs from out-of-fold PDs on train rows, and what they lead to, worked out and not claimed."""
import math
from importlib import import_module

import numpy as np

from applications import Applications
from metrics import logistic
from models import Model
from policy_tables import outcomes

VALID_FROM, EXPIRES_ON = "2026-11-01", "2028-10-31"
OWNER = "Credit policy (example)"


def score_of(log_odds: np.ndarray, scaling: dict) -> np.ndarray:
    """base + pdo / ln 2 · ln(odds / base odds), the odds being good to bad."""
    return scaling["baseScore"] + scaling["pdo"] / math.log(2) * (-log_odds - math.log(scaling["baseOdds"]))


def cutoffs(module, template, log_odds: np.ndarray) -> tuple[int, int]:
    """Whole points. High: the lowest score from which the mean PD of all above is within the limit. Low: the score of the PD to decline from."""
    score, pd = score_of(log_odds, module.SCALING), logistic(log_odds)
    low = round(float(score_of(np.log(template.DECLINE_FROM_PD / (1 - template.DECLINE_FROM_PD)), module.SCALING)))
    points = range(low, int(score.max()))
    return low, next(point for point in points if pd[score >= point].mean() <= template.LARGEST_BAD_RATE_APPROVED)


def policy_of(module, product: dict, champion: Model, train: Applications) -> dict:
    template = import_module(f"products.{module.__name__.split('.')[-1]}_policy")
    log_odds = champion.out_of_fold[0]
    low, high = cutoffs(module, template, log_odds)
    policy = {
        "format": "outpost-policy/1",
        "name": f"{module.PRODUCT}-policy",
        "product": module.PRODUCT,
        "version": "1.0.0",
        "title": template.TITLE,
        "owner": OWNER,
        "validFrom": VALID_FROM,
        "expiresOn": EXPIRES_ON,
        "affordability": template.AFFORDABILITY,
        "referBand": {"low": low, "high": high},
        "basis": {},
        "tables": template.tables(low, high),
    }
    policy["basis"] = basis_of(module, product, policy, template, champion, train)
    return policy


def basis_of(module, product: dict, policy: dict, template, champion: Model, train: Applications) -> dict:
    """Shares of the whole policy, not of the cutoff alone; the expected bad rate is the mean out-of-fold PD of the approved."""
    log_odds = champion.out_of_fold[0]
    outcome = outcomes(product, policy, train.answers, score_of(log_odds, module.SCALING), champion.doubtful(train.answers))
    shares = {name: round(float(np.mean(outcome == name)), 4) for name in ("approve", "refer", "decline")}
    approved = outcome == "approve"
    expected, observed = float(logistic(log_odds)[approved].mean()), float(train.bad[approved].mean())
    return {
        "text": basis_text(len(train), policy["referBand"], template, expected, observed),
        "model": f"{module.PRODUCT}-champion 1.0.0",
        "rows": len(train),
        "approvedShare": shares["approve"],
        "expectedBadRateApproved": round(expected, 4),
        "referredShare": shares["refer"],
        "declinedShare": round(1 - shares["approve"] - shares["refer"], 4),
    }


def basis_text(rows: int, band: dict, template, expected: float, observed: float) -> dict[str, str]:
    limit, decline = template.LARGEST_BAD_RATE_APPROVED, template.DECLINE_FROM_PD
    low, high = band["low"], band["high"]
    return {
        "en": f"Cutoff {high}: the lowest whole score from which the mean out-of-fold PD on the {rows} train rows is at most {limit:.0%}. "
        f"Below {low} (a PD of {decline:.0%}) the policy declines. Shares are those of the whole policy with its knock-out, affordability "
        f"and authority rules; of the approved, {observed:.1%} went bad against {expected:.1%} expected.",
        "es": f"Corte {high}: la puntuación entera más baja desde la cual la PD media fuera de muestra en las {rows} filas de "
        f"entrenamiento es como máximo del {spanish(limit, 0)}. Por debajo de {low} (una PD del {spanish(decline, 0)}) la política deniega. "
        "Los porcentajes son los de toda la política con sus reglas de exclusión, de capacidad de pago y de atribuciones; de los aprobados "
        f"resultó malo el {spanish(observed, 1)} frente al {spanish(expected, 1)} esperado.",
    }


def spanish(share: float, digits: int) -> str:
    """A percentage with decimal comma and a no-break space before the sign."""
    return f"{share * 100:.{digits}f}\u00a0%".replace(".", ",")
