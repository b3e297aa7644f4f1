"""What the personal loan's models see. The lender's own rate and grade, the state of residence and the lender's choice whose income to verify are left out."""
from products.specify import characteristic, derived, field, one_hot, ranked

DATASET, OUTCOME, PRODUCT = "lending_club", "Class", "personal-loan"
DESCRIPTION = "lending_club (R package modeldata, MIT): 9,857 loans granted by Lending Club in the first quarter of 2016; train rows of splits.csv"
OUTCOME_WINDOW_MONTHS = None
SCALING = {"baseScore": 600, "baseOdds": 20, "pdo": 20}
#: No protected field's groups are large enough in the data: states of residence are 50 small cells.
MONITORED: dict = {}

EMPLOYMENT_YEARS = {"emp_lt_1": 0, **{f"emp_{years}": years for years in range(1, 10)}, "emp_ge_10": 10}
TERM_MONTHS = {"term_36": 36, "term_60": 60}


def ratio(above: dict, below: dict) -> dict:
    return {"op": "divide", "args": [above, below]}


INCOME = {"field": "annual_income"}
BALANCE = {"field": "instalment_balance"}

LOAN = [
    field("amount", "increasing"),
    derived("term_months", {"choice": "term", "values": TERM_MONTHS}, "term", "increasing"),
    field("annual_income", "decreasing", "income"),
]
EMPLOYMENT = [derived("employment_years", {"choice": "employment_length", "values": EMPLOYMENT_YEARS}, "employment", "decreasing")]
BUREAU = [
    field("delinquencies_2y", "increasing", "delinquencies"),
    field("inquiries_6m", "increasing", "inquiries"),
    field("inquiries_12m", "increasing", "inquiries"),
    field("finance_inquiries", "increasing", "inquiries"),
    field("revolving_utilisation", "increasing", "utilisation"),
    field("all_utilisation", "increasing", "utilisation"),
    field("instalment_opened_12m", "increasing", "new_accounts"),
    field("instalment_opened_24m", "increasing", "new_accounts"),
]
STOCK = [
    field("instalment_accounts", "decreasing", "credit_history"),
    field("instalment_limit", "decreasing", "credit_history"),
]
BURDEN = [
    derived("amount_to_income", ratio({"field": "amount"}, INCOME), "loan_to_income", "increasing"),
    derived("debt_to_income", ratio(BALANCE, INCOME), "debt_to_income", "increasing"),
    derived("instalment_utilisation", ratio(BALANCE, {"field": "instalment_limit"}), "repaid_share", "increasing"),
]

CANDIDATES = {
    "loan, bureau": LOAN + BUREAU,
    "loan, bureau, burden": LOAN + BUREAU + BURDEN,
    "loan, bureau, burden, credit history": LOAN + BUREAU + BURDEN + STOCK,
    "loan, employment, bureau, burden, credit history": LOAN + EMPLOYMENT + BUREAU + BURDEN + STOCK,
}

SCORECARD_FEATURES = [
    field("amount", "increasing"),
    ranked("term", ["term_36", "term_60"]),
    field("annual_income", "decreasing", "income"),
    *EMPLOYMENT,
    *BUREAU,
    *BURDEN,
    *STOCK,
]

CHARACTERISTICS = [
    characteristic("amount", ("Amount requested", "Importe solicitado"), "AMOUNT", ("The amount requested is high", "El importe solicitado es elevado")),
    characteristic(
        "term",
        ("Term", "Plazo"),
        "TERM",
        ("The repayment term requested is long", "El plazo de devolución solicitado es largo"),
    ),
    characteristic(
        "income",
        ("Annual income", "Ingresos anuales"),
        "INCOME",
        ("Annual income is low, or was not stated", "Los ingresos anuales son bajos o no constan"),
    ),
    characteristic(
        "employment",
        ("Time in employment", "Antigüedad laboral"),
        "EMPLOYMENT",
        ("Short time in employment, or it was not stated", "La antigüedad laboral es corta o no consta"),
    ),
    characteristic(
        "delinquencies",
        ("Late payments in the last 2 years", "Retrasos en los últimos 2 años"),
        "DELINQUENCY",
        ("Late payments in the last 2 years on obligations with others", "Pagos con retraso en los últimos 2 años ante otros acreedores"),
    ),
    characteristic(
        "inquiries",
        ("Credit inquiries", "Consultas de crédito"),
        "INQUIRIES",
        ("Number of recent inquiries on the credit report", "Número de consultas recientes en el informe de crédito"),
    ),
    characteristic(
        "utilisation",
        ("Use of credit lines", "Uso de las líneas de crédito"),
        "UTILISATION",
        ("Balances are high for the limits of the credit lines", "Los saldos son altos para los límites de las líneas de crédito"),
    ),
    characteristic(
        "new_accounts",
        ("Newly opened instalment accounts", "Cuentas a plazos recientes"),
        "NEW_ACCOUNTS",
        ("Number of recently opened instalment accounts", "Número de cuentas a plazos abiertas recientemente"),
    ),
    characteristic(
        "loan_to_income",
        ("Amount requested against income", "Importe solicitado frente a ingresos"),
        "LOAN_TO_INCOME",
        ("Income is insufficient for the amount of credit requested", "Los ingresos son insuficientes para el importe solicitado"),
    ),
    characteristic(
        "debt_to_income",
        ("Existing instalment debt against income", "Deuda a plazos frente a ingresos"),
        "OBLIGATIONS",
        ("Existing obligations are high in relation to income", "Las obligaciones existentes son altas en relación con los ingresos"),
    ),
    characteristic(
        "repaid_share",
        ("Unpaid share of instalment accounts", "Parte pendiente de las cuentas a plazos"),
        "UNPAID_SHARE",
        ("Little of the existing instalment loans has been repaid", "Se ha devuelto poco de los préstamos a plazos existentes"),
    ),
    characteristic(
        "credit_history",
        ("Experience with instalment accounts", "Experiencia con cuentas a plazos"),
        "CREDIT_HISTORY",
        ("Limited experience with instalment accounts", "Poca experiencia con cuentas a plazos"),
    ),
]
LIMITS = [
    "An example to try Outpost with. Nobody but its makers has validated it.",
    "With 5 % bads and a short, unequal time of observation the model separates weakly: read its intervals before any use.",
    "The loans are young: good includes 'still on time', so the PD is that of going bad within an unknown, short time, and lifetime risk is higher.",
    "Learned from loans that the lender granted after its own scoring: riskier applicants are not in the data (no reject inference).",
    "US dollars and US credit reports of 2016. Not for other countries, periods or channels without validation on your own applications.",
    "The state of residence is not an input; it is kept apart because it can stand for protected traits.",
]
