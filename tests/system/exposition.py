"""The text exposition, read independently of the exporter's own code."""

import re

_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)')
_ESCAPES = re.compile(r"\\(.)")


def _unescape(text):
    return _ESCAPES.sub(lambda found: "\n" if found[1] == "n" else found[1], text)


def _read_sample(line):
    head, _, value = line.rpartition(" ")
    name, brace, labels = head.partition("{")
    if not brace:
        return name, {}, float(value)
    inside = labels.removesuffix("}")
    read = {found[1]: _unescape(found[2]) for found in _LABEL.finditer(inside)}
    if "".join(found[0] for found in _LABEL.finditer(inside)) != inside:
        raise ValueError(f"not an exposition line: {line}")
    return name, read, float(value)


class Exposition:
    """Samples by name: a list of (labels, value). `families` keeps the order of the text."""

    def __init__(self, text):
        self.text = text
        self.samples = {}
        self.families = []  # (name, type), in order
        self.helps = []
        seen = set()
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                self.families.append(tuple(line.split(" ", 3)[2:]))
            elif line.startswith("# HELP "):
                self.helps.append(line.split(" ", 3)[2])
            elif line:
                name, labels, value = _read_sample(line)
                key = (name, frozenset(labels.items()))
                if key in seen:
                    raise ValueError(f"a series twice: {line}")
                seen.add(key)
                self.samples.setdefault(name, []).append((labels, value))

    def of(self, name, **match):
        return [(labels, value) for labels, value in self.samples.get(name, [])
                if all(labels.get(k) == v for k, v in match.items())]

    def value(self, name, **match):
        found = self.of(name, **match)
        if len(found) != 1:
            raise AssertionError(f"{len(found)} series of {name} {match}")
        return found[0][1]

    def summed(self, name, *by, **match):
        """Values by the labels named, zeros left out: a series at 0 says nothing happened."""
        sums = {}
        for labels, value in self.of(name, **match):
            key = tuple(labels[label] for label in by)
            sums[key] = sums.get(key, 0.0) + value
        return {key: value for key, value in sums.items() if value != 0}

    def total(self, name, **match):
        return sum(value for _, value in self.of(name, **match))

    def operations(self):
        return {labels["operation"] for rows in self.samples.values() for labels, _ in rows
                if "operation" in labels}
