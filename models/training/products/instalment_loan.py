"""What the instalment loan's models see, and how an applicant is told about it. Every choice was made on train rows (see selection.json)."""

from products.specify import characteristic, derived, field, one_hot, ranked

DATASET, OUTCOME, PRODUCT = "credit_data", "Status", "instalment-loan"
DESCRIPTION = "credit_data (R package modeldata, MIT): 4,454 instalment loans for goods, source and period not stated; train rows of splits.csv"
OUTCOME_WINDOW_MONTHS = None
SCALING = {"baseScore": 600, "baseOdds": 20, "pdo": 20}
#: Protected fields whose groups are monitored in the model card; age in bands of full years (62: elderly in 12 CFR 1002.2(o)).
MONITORED = {"age": [25, 35, 45, 55, 62], "marital": None}

#: How many times the monthly repayment of principal fits into the income left after expenses.
FREE_INCOME = {
    "op": "divide",
    "args": [
        {"op": "subtract", "args": [{"field": "income"}, {"field": "expenses"}]},
        {"op": "divide", "args": [{"field": "amount"}, {"field": "term_months"}]},
    ],
}
LOAN_TO_PRICE = {"op": "divide", "args": [{"field": "amount"}, {"field": "price"}]}


NUMBERS = [
    field("seniority", "decreasing"),
    field("term_months", "increasing", "term"),
    field("expenses", "increasing"),
    field("income", "decreasing"),
    field("assets", "decreasing"),
    field("debt", "increasing"),
    field("amount", "increasing"),
]
#: `ignore` (not stated) has no column of its own: all columns 0 is what a missing home is, too.
CHOICES = [
    one_hot("records", "yes", "increasing"),
    *[one_hot("home", value) for value in ("owner", "rent", "parents", "priv", "other")],
    *[one_hot("job", value) for value in ("fixed", "freelance", "partime", "others")],
]
PRICE = [{**field("price", "decreasing", "down_payment"), "monotone": None}]
DOWN_PAYMENT = [derived("loan_to_price", LOAN_TO_PRICE, "down_payment", "increasing")]
CAPACITY = [derived("free_income_to_repayment", FREE_INCOME, "repayment_capacity", "decreasing")]

#: Sets of features that the selection compares for the champion.
CANDIDATES = {
    "fields": NUMBERS + CHOICES + PRICE,
    "fields, loan to price": NUMBERS + CHOICES + DOWN_PAYMENT,
    "fields, loan to price, repayment capacity": NUMBERS + CHOICES + DOWN_PAYMENT + CAPACITY,
    "fields, price, loan to price, repayment capacity": NUMBERS + CHOICES + PRICE + DOWN_PAYMENT + CAPACITY,
}

SCORECARD_FEATURES = [
    *NUMBERS,
    ranked("records", ["no", "yes"]),
    ranked("home", ["owner", "parents", "priv", "rent", "ignore", "other"]),
    ranked("job", ["fixed", "freelance", "others", "partime"]),
    *DOWN_PAYMENT,
    *CAPACITY,
]

CHARACTERISTICS = [
    characteristic(
        "seniority",
        ("Time in the present job", "Antigüedad en el empleo actual"),
        "TIME_IN_JOB",
        ("Short time in the present job", "Poca antigüedad en el empleo actual"),
    ),
    characteristic(
        "term",
        ("Term", "Plazo"),
        "TERM",
        ("The repayment term requested is long", "El plazo de devolución solicitado es largo"),
    ),
    characteristic(
        "expenses",
        ("Monthly expenses", "Gastos mensuales"),
        "EXPENSES",
        ("Monthly expenses are high", "Los gastos mensuales son elevados"),
    ),
    characteristic(
        "income",
        ("Monthly income", "Ingresos mensuales"),
        "INCOME",
        ("Monthly income is low, or was not stated", "Los ingresos mensuales son bajos o no constan"),
    ),
    characteristic(
        "assets",
        ("Assets", "Patrimonio"),
        "ASSETS",
        ("Few assets, or assets were not stated", "El patrimonio es escaso o no consta"),
    ),
    characteristic(
        "debt",
        ("Outstanding debt", "Deuda pendiente"),
        "DEBT",
        ("Outstanding debt is high, or was not stated", "La deuda pendiente es elevada o no consta"),
    ),
    characteristic(
        "amount",
        ("Amount requested", "Importe solicitado"),
        "AMOUNT",
        ("The amount requested is high", "El importe solicitado es elevado"),
    ),
    characteristic(
        "records",
        ("Negative credit records", "Antecedentes crediticios negativos"),
        "CREDIT_RECORDS",
        ("Negative credit records", "Existen antecedentes crediticios negativos"),
    ),
    characteristic(
        "home",
        ("Home", "Vivienda"),
        "HOME",
        ("The home is not owned by the applicant, or was not stated", "La vivienda no es propiedad del solicitante o no consta"),
    ),
    characteristic(
        "job",
        ("Type of employment", "Tipo de empleo"),
        "EMPLOYMENT",
        (
            "Employment is not permanent full-time employment, or was not stated",
            "El empleo no es fijo a tiempo completo o no consta",
        ),
    ),
    characteristic(
        "down_payment",
        ("Share of the price that is financed", "Parte del precio que se financia"),
        "DOWN_PAYMENT",
        (
            "The amount requested is high for the price of the goods: the down payment is small",
            "El importe solicitado es alto para el precio del bien: la entrada es pequeña",
        ),
    ),
    characteristic(
        "repayment_capacity",
        ("Income after expenses for each instalment", "Ingresos tras gastos por cada cuota"),
        "REPAYMENT_CAPACITY",
        (
            "Income after expenses is insufficient for the amount and term requested, or income was not stated",
            "Los ingresos tras gastos son insuficientes para el importe y el plazo solicitados, o los ingresos no constan",
        ),
    ),
]
LIMITS = [
    "An example to try Outpost with. Nobody but its makers has validated it.",
    "Not for products, countries or channels other than that of the source data, whose lender, period and currency are not stated: validate on your own applications before use.",
    "Learned from loans that were granted and their outcome; applicants who were turned away by the lender are not in the data (no reject inference).",
    "No outcome window is stated by the source: the PD is that of ever going bad as the source defined it.",
    "Missing income means in most cases no income at all in the source: an application without income is always referred to a person.",
    "On the fixed test rows the PDs are too cautious (calibration slope 1.2, about 1.0 on average over other splits): check the calibration on your own applications.",
    "Outstanding debt tells little beyond whether it was stated at all, and that rests on 14 train rows; an application without it is always referred.",
    "Age and marital status are not inputs. Their groups are monitored in the model card; home and type of employment can still stand for them in part.",
]
