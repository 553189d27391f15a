"""Reads OpenMetrics with the strict parser of Python's prometheus_client and writes the samples as plain lines.

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


with open(sys.argv[1], encoding="utf-8", newline="\n") as source:
    for family in text_fd_to_metric_families(source):
        if family.unit and not family.name.endswith("_" + family.unit):
            raise ValueError(f"{family.name}: unit {family.unit}")
        for sample in family.samples:
            labels = ",".join(f"{name}={quoted(value)}" for name, value in sample.labels.items())
            sys.stdout.write(f"{sample.name}{'{' + labels + '}' if labels else ''} {number(sample.value)}\n")
