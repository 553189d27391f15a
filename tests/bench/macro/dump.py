"""Takes an exposition (text 0.0.4) apart for the peers, and compares two of them.

The dump's format is described in peers/dump.hpp.
"""

import re

LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"')
ESCAPES = {r"\\": "\\", r"\"": '"', r"\n": "\n"}


def _value(text):
    return re.sub(r'\\[\\"n]', lambda found: ESCAPES[found[0]], text) if "\\" in text else text


def sample(line):
    """Name, labels in their order, and the value as text."""
    brace = line.find("{")
    if brace < 0:
        name, value = line.split(" ")
        return name, [], value
    close = line.rindex("}")
    labels = [(name, _value(value)) for name, value in LABEL.findall(line, brace, close)]
    return line[:brace], labels, line[close + 2:]


class _Writer:
    def __init__(self, out):
        self.out = out
        self.help = {}
        self.type = self.name = None
        self.begun = False
        self.buckets = self.sum = None

    def _write(self, *fields):
        text = "\t".join(fields)
        if text.count("\t") != len(fields) - 1 or "\n" in text:
            raise SystemExit(f"the dump cannot hold {text!r}")
        self.out.write(text + "\n")

    def family(self, name, kind):
        self.name, self.type, self.begun = name, kind, False

    def add(self, name, labels, value):
        bound = None
        if name == self.name + "_bucket":
            bound, labels = labels[-1][1], labels[:-1]
        if not self.begun:
            self.begun = True
            self._write("F", self.type, self.name, self.help.get(self.name, ""),
                        ",".join(each for each, _ in labels))
        values = [each for _, each in labels]
        if self.type != "histogram":
            self._write("S", value, *values)
        elif bound is not None:
            self.buckets = (self.buckets or []) + [f"{bound}:{value}"]
        elif name.endswith("_sum"):
            self.sum = value
        else:  # _count, the last line of a series
            self._write("H", self.sum, ",".join(self.buckets), *values)
            self.buckets = self.sum = None


def write(text, path):
    """Writes the dump; answers the number of series (lines)."""
    series = 0
    with open(path, "w", encoding="utf-8") as out:
        writer = _Writer(out)
        for line in text.splitlines():
            if line.startswith("# HELP "):
                _, _, name, said = line.split(" ", 3)
                writer.help[name] = said
            elif line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                writer.family(name, kind)
            elif line and not line.startswith("#"):
                series += 1
                writer.add(*sample(line))
    return series


def _normal(line):
    name, labels, value = sample(line)
    labels = frozenset((k, float(v) if k == "le" else v) for k, v in labels)
    # Sums of a histogram that a peer could only fill by observing are not exact; prometheus-cpp
    # writes 16 digits.
    return (name, labels), None if name.endswith("_sum") else f"{float(value):.14g}"


def missing(ours, theirs):
    """Samples of `ours` that `theirs` lacks or that differ there."""
    have = dict(_normal(line) for line in theirs.splitlines() if line and line[0] != "#")
    absent = object()
    return [key for key, value in (_normal(line) for line in ours.splitlines()
                                   if line and line[0] != "#")
            if have.get(key, absent) != value]


def lines(body):
    """Number of series in an exposition's bytes."""
    return sum(1 for line in body.split(b"\n") if line and not line.startswith(b"#"))
