"""The personal loan's policy. The cutoffs are points that train.py fills in; everything else is a statement of the lender."""
from products.specify import rule, table

LARGEST_BAD_RATE_APPROVED = 0.04
DECLINE_FROM_PD = 0.12
TIER_STEPS = (30, 15)


def tables(low: int, high: int) -> list[dict]:
    first, second = (high + step for step in TIER_STEPS)
    return [
        table(
            "knock-outs",
            ("Knock-out rules", "Reglas de exclusión"),
            "knock-out",
            ["accounts_delinquent", "delinquencies_2y", "inquiries_6m"],
            [
                rule(
                    "accounts-past-due",
                    [">= 1", "-", "-"],
                    "refer",
                    "ACCOUNTS_PAST_DUE",
                    ("At least one account with others is now past due", "Al menos una cuenta con otros acreedores está impagada"),
                ),
                rule(
                    "many-delinquencies",
                    ["-", ">= 5", "-"],
                    "refer",
                    "MANY_DELINQUENCIES",
                    ("Five or more late payments in the last two years", "Cinco o más pagos con retraso en los últimos dos años"),
                ),
                rule(
                    "many-inquiries",
                    ["-", "-", ">= 5"],
                    "refer",
                    "MANY_INQUIRIES",
                    ("Five or more credit inquiries in the last six months", "Cinco o más consultas de crédito en los últimos seis meses"),
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
                    "little-disposable-income",
                    ["not(null)", "-", "< 1000"],
                    "refer",
                    "LITTLE_DISPOSABLE_INCOME",
                    (
                        "Less than USD 1000 a month remains after debt service",
                        "Quedan menos de 1000 USD al mes después del servicio de la deuda",
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
                rule("tier-a", [f">= {first}"], pricing=("A", 8.5)),
                rule("tier-b", [f"[{second}..{first})"], pricing=("B", 11.5)),
                rule("tier-c", [f"[{high}..{second})"], pricing=("C", 15.5)),
                rule("tier-d", [f"< {high}"], pricing=("D", 20.5)),
            ],
        ),
        table(
            "authority",
            ("Authority of the branch", "Atribuciones de la oficina"),
            "authority",
            ["amount", "income_verification"],
            [
                rule(
                    "amount-above-branch-limit",
                    ["> 35000", "-"],
                    "refer",
                    "AMOUNT_ABOVE_BRANCH_LIMIT",
                    (
                        "The amount requested is above the branch’s limit of USD 35000",
                        "El importe solicitado supera el límite de 35000 USD de la oficina",
                    ),
                ),
                rule(
                    "large-amount-income-not-verified",
                    ["> 25000", '"Not_Verified"'],
                    "refer",
                    "INCOME_NOT_VERIFIED",
                    (
                        "Income has not been verified for an amount above USD 25000",
                        "Los ingresos no se han comprobado para un importe superior a 25000 USD",
                    ),
                ),
            ],
        ),
    ]


AFFORDABILITY = {"assumedAnnualRatePercent": 13, "existingDebtMonths": 60}
TITLE = {"en": "Personal loan policy", "es": "Política de préstamos personales"}
