"""The products that have bundled models."""
from products import instalment_loan, personal_loan

PRODUCTS = (instalment_loan, personal_loan)
