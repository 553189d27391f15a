"""Reads OpenMetrics with the strict parser of Python's prometheus_client and writes the samples as plain lines,
exemplars as comments.

Used by forms_test.cpp: anything that the parser refuses ends this with an exception.
"""
import math
import sys

from prometheus_client.openmetrics.parser import text_fd_to_metric_families


def number(value):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(float(value))


def quoted(value):
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def listed(labels):
    return "".join(f"{name}={quoted(value)};" for name, value in labels.items())


def decimal(value):
    return f"{float(value):f}"


with open(sys.argv[1], encoding="utf-8", newline="\n") as source:
    for family in text_fd_to_metric_families(source):
        if family.unit and not family.name.endswith("_" + family.unit):
            raise ValueError(f"{family.name}: unit {family.unit}")
        for sample in family.samples:
            if sample.exemplar:
                own = dict(sample.labels)
                bound = own.pop("le")
                sys.stdout.write(f"# exemplar {sample.name} {listed(own)} {decimal(bound)} "
                                 f"{listed(sample.exemplar.labels)} {decimal(sample.exemplar.value)} "
                                 f"{int(float(sample.exemplar.timestamp))}\n")
            labels = ",".join(f"{name}={quoted(value)}" for name, value in sample.labels.items())
            sys.stdout.write(f"{sample.name}{'{' + labels + '}' if labels else ''} {number(sample.value)}\n")
