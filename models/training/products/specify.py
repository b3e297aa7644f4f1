"""Short ways to write features and characteristics in the form of the package manifest."""


def field(name: str, monotone: str, characteristic: str | None = None) -> dict:
    return {"name": name, "source": {"field": name}, "characteristic": characteristic or name, "monotone": monotone}


def one_hot(choice: str, value: str, monotone: str | None = None) -> dict:
    return {"name": f"{choice}_{value}", "source": {"oneHot": choice, "value": value}, "characteristic": choice, "monotone": monotone}


def derived(name: str, expression: dict, characteristic: str, monotone: str) -> dict:
    return {"name": name, "source": {"expression": expression}, "characteristic": characteristic, "monotone": monotone}


def ranked(choice: str, values: list[str]) -> dict:
    """A choice as a number, from the least to the most risky value on train rows."""
    table = {value: rank for rank, value in enumerate(values)}
    return {"name": choice, "source": {"map": choice, "values": table}, "characteristic": choice, "monotone": "increasing"}


def characteristic(name: str, label: tuple[str, str], code: str, reason: tuple[str, str]) -> dict:
    """`reason` is a principal reason as 12 CFR 1002.9(b)(2) wants it: specific, of a factor that was scored, never 'score too low'."""
    return {
        "id": name,
        "label": {"en": label[0], "es": label[1]},
        "reason": {"code": code, "text": {"en": reason[0], "es": reason[1]}},
    }


def table(name: str, title: tuple[str, str], purpose: str, inputs: list[str], rules: list[dict]) -> dict:
    """Cutoff and pricing tables take the first rule that holds, the others collect all."""
    hit_policy = "FIRST" if purpose in ("cutoff", "pricing") else "COLLECT"
    named = {"en": title[0], "es": title[1]}
    return {"id": name, "title": named, "purpose": purpose, "hitPolicy": hit_policy, "inputs": inputs, "rules": rules}


def rule(
    name: str,
    when: list[str],
    outcome: str | None = None,
    code: str | None = None,
    text: tuple[str, str] | None = None,
    pricing: tuple[str, float] | None = None,
) -> dict:
    made: dict = {"id": name, "when": when, "outcome": outcome}
    if pricing:
        made["pricing"] = {"tier": pricing[0], "annualRatePercent": pricing[1]}
    if code and text:
        made["reason"] = {"code": code, "text": {"en": text[0], "es": text[1]}}
    return made
