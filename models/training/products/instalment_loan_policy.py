"""The instalment loan's policy. The cutoffs are points that train.py fills in; everything else is a statement of the lender."""
from products.specify import rule, table

#: The cutoff is the lowest score with at most this expected bad rate among all who reach it.
LARGEST_BAD_RATE_APPROVED = 0.10
#: Below the score of this PD an application is declined; between the two a person decides.
DECLINE_FROM_PD = 0.40
#: Tiers above the cutoff begin this many points above it.
TIER_STEPS = (40, 20)


def tables(low: int, high: int) -> list[dict]:
    first, second = (high + step for step in TIER_STEPS)
    return [
        table(
            "knock-outs",
            ("Knock-out rules", "Reglas de exclusión"),
            "knock-out",
            ["records", "job", "seniority", "amount"],
            [
                rule(
                    "records-and-irregular-work",
                    ['"yes"', '"partime","others"', "<= 2", "-"],
                    "decline",
                    "RECORDS_IRREGULAR_WORK",
                    (
                        "Negative credit records, together with irregular employment of at most two years",
                        "Antecedentes crediticios negativos junto con un empleo irregular de dos años como máximo",
                    ),
                ),
                rule(
                    "records-and-large-amount",
                    ['"yes"', "-", "-", "> 1500"],
                    "refer",
                    "RECORDS_LARGE_AMOUNT",
                    (
                        "Negative credit records with a requested amount above 1500",
                        "Antecedentes crediticios negativos con un importe solicitado superior a 1500",
                    ),
                ),
            ],
        ),
        table(
            "affordability",
            ("Affordability", "Capacidad de pago"),
            "affordability",
            ["monthly_income", "dti", "disposable_income"],
            [
                rule("income-not-stated", ["null", "-", "-"], "refer", "INCOME_NOT_STATED", ("Income was not stated", "Los ingresos no constan")),
                rule(
                    "dti-above-limit",
                    ["not(null)", "> 0.6", "-"],
                    "decline",
                    "DTI_ABOVE_LIMIT",
                    (
                        "Monthly debt service would exceed 60 % of monthly income",
                        "El servicio mensual de la deuda superaría el 60 % de los ingresos mensuales",
                    ),
                ),
                rule(
                    "dti-high",
                    ["not(null)", "(0.45..0.6]", "-"],
                    "refer",
                    "DTI_HIGH",
                    (
                        "Monthly debt service would exceed 45 % of monthly income",
                        "El servicio mensual de la deuda superaría el 45 % de los ingresos mensuales",
                    ),
                ),
                rule(
                    "no-disposable-income",
                    ["not(null)", "-", "< 0"],
                    "decline",
                    "NO_DISPOSABLE_INCOME",
                    (
                        "Monthly income does not cover expenses and debt service",
                        "Los ingresos mensuales no cubren los gastos y el servicio de la deuda",
                    ),
                ),
                rule(
                    "little-disposable-income",
                    ["not(null)", "-", "[0..10)"],
                    "refer",
                    "LITTLE_DISPOSABLE_INCOME",
                    (
                        "Less than 10 a month remains after expenses and debt service",
                        "Quedan menos de 10 al mes después de gastos y servicio de la deuda",
                    ),
                ),
            ],
        ),
        table(
            "cutoff",
            ("Cutoff and refer band", "Corte y banda de revisión"),
            "cutoff",
            ["score"],
            [
                rule("below-band", [f"< {low}"], "decline"),
                rule("refer-band", [f"[{low}..{high})"], "refer"),
                rule("from-cutoff", [f">= {high}"], "approve"),
            ],
        ),
        table(
            "pricing",
            ("Pricing tiers", "Tramos de precio"),
            "pricing",
            ["score"],
            [
                rule("tier-a", [f">= {first}"], pricing=("A", 9.5)),
                rule("tier-b", [f"[{second}..{first})"], pricing=("B", 11.5)),
                rule("tier-c", [f"[{high}..{second})"], pricing=("C", 14.0)),
                rule("tier-d", [f"< {high}"], pricing=("D", 17.5)),
            ],
        ),
        table(
            "authority",
            ("Authority of the branch", "Atribuciones de la oficina"),
            "authority",
            ["amount", "term_months"],
            [
                rule(
                    "amount-above-branch-limit",
                    ["> 2500", "-"],
                    "refer",
                    "AMOUNT_ABOVE_BRANCH_LIMIT",
                    (
                        "The amount requested is above the branch’s limit of 2500",
                        "El importe solicitado supera el límite de 2500 de la oficina",
                    ),
                ),
                rule(
                    "term-above-branch-limit",
                    ["-", "> 60"],
                    "refer",
                    "TERM_ABOVE_BRANCH_LIMIT",
                    (
                        "The term requested is above the branch’s limit of 60 months",
                        "El plazo solicitado supera el límite de 60 meses de la oficina",
                    ),
                ),
            ],
        ),
    ]


AFFORDABILITY = {"assumedAnnualRatePercent": 12, "existingDebtMonths": 120}
TITLE = {"en": "Instalment loan policy", "es": "Política de préstamos a plazos"}
