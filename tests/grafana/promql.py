"""As much of PromQL as the rules of the dashboards need: which series a query reads, by which
matchers, over which range and directly under which function. Prometheus checks the syntax."""

import dataclasses
import re

TOKEN = re.compile(r"""
    (?P<text>"(?:[^"\\]|\\.)*")
  | (?P<range>\[[^\]]*\])
  | (?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
  | (?P<other>\S)
""", re.VERBOSE)
# A name is a metric's when it looks like one of ours; other names are functions and labels.
METRIC = re.compile(r"(wolkvox_|process_|operation[a-z_]*:)")


@dataclasses.dataclass
class Selector:
    metric: str
    matchers: list  # (label, operator, value)
    range: str  # without brackets, "" when there is none
    function: str  # the call it is an argument of, "" when there is none


def selectors(query):
    """The selectors of a query, in order."""
    tokens = [(match.lastgroup, match.group()) for match in TOKEN.finditer(query)]
    found, open_calls, i = [], [], 0
    while i < len(tokens):
        kind, text = tokens[i]
        if text == "(":
            before = tokens[i - 1] if i else ("", "")
            open_calls.append(before[1] if before[0] == "name" else "")
        elif text == ")":
            open_calls.pop()
        elif kind == "name" and METRIC.match(text):
            matchers, i = _matchers(tokens, i + 1)
            over = tokens[i][1][1:-1] if i < len(tokens) and tokens[i][0] == "range" else ""
            found.append(Selector(text, matchers, over, open_calls[-1] if open_calls else ""))
            continue
        i += 1
    return found


def _matchers(tokens, i):
    if i >= len(tokens) or tokens[i][1] != "{":
        return [], i
    matchers, i = [], i + 1
    while tokens[i][1] != "}":
        label, i = tokens[i][1], i + 1
        operator = ""
        while tokens[i][0] == "other":
            operator, i = operator + tokens[i][1], i + 1
        matchers.append((label, operator, tokens[i][1][1:-1]))
        i += 1
        if tokens[i][1] == ",":
            i += 1
    return matchers, i + 1


def substituted(query, variables):
    """The query as Grafana sends it, with `variables` for its $names; longest names first."""
    for name in sorted(variables, key=len, reverse=True):
        for spelt in ("${" + name + "}", "$" + name):
            query = query.replace(spelt, variables[name])
    if "$" in re.sub(r'"(?:[^"\\]|\\.)*"', "", query):
        raise ValueError(f"a variable without a value in {query}")
    return query


ALL = {"job": ".+", "instance": ".+", "operation": ".+", "skill": ".*", "campaign": ".*",
       "agent": ".*", "__rate_interval": "20s", "__range": "60s"}
