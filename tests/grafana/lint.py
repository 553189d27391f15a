"""The rules that every dashboard keeps: those of Grafana's public dashboard linter, stricter where
it looks away, and our own about structure and about panels that fit the polls. Each rule takes a
dashboard and tells its problems."""

import re

import mixin
import promql

PANEL_TYPES = {"timeseries", "stat", "bargauge", "table", "heatmap", "state-timeline"}
UNITS = {"short", "none", "percentunit", "s", "m", "dtdurations", "bytes", "cpm", "bool_yes_no"}
COLOURS = {"green", "yellow", "orange", "red", "blue", "purple", "text"}
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
MULTIPLE = {"job": ".+", "instance": ".+", "operation": ".+", "skill": ".*", "campaign": ".*",
            "agent": ".*"}

# How often a family changes: the default poll interval of its collector (contract, section 2), or
# the platform's own rebuild where that is longer. The first prefix that fits.
CHANGES_EVERY = (
    ("wolkvox_agent_hold", 600), ("wolkvox_agent_mute", 600), ("wolkvox_agent", 60),
    ("wolkvox_skill", 60), ("wolkvox_campaign", 60), ("wolkvox_abandoned_call", 300),
    ("wolkvox_call_", 300), ("wolkvox_calls", 300), ("wolkvox_cdr", 600), ("wolkvox_quota", 900),
    ("wolkvox_budget_remaining", 900), ("", 60))


def seconds(duration):
    return int(duration[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[duration[-1]]


def changes_every(metric):
    return next(every for prefix, every in CHANGES_EVERY if metric.startswith(prefix))


def is_counter(metric):
    return ":" not in metric and (
        metric.endswith(("_total", "_bucket"))
        or re.search(r"(wait|duration)_seconds_(sum|count)$|_bytes_(sum|count)$", metric))


def the_datasource_is_a_variable(board):
    sources = [v for v in board["templating"]["list"] if v["type"] == "datasource"]
    if [(v["name"], v["label"], v["query"]) for v in sources] != [
            ("datasource", "Data source", "prometheus")]:
        yield "has not exactly one data source variable `datasource`"
    for panel in mixin.panels(board):
        for holder in (panel, *panel["targets"]):
            if holder["datasource"] != DATASOURCE:
                yield f"{panel['title']}: does not use ${{datasource}}"


def variables_take_several_values(board):
    variables = {v["name"]: v for v in board["templating"]["list"] if v["type"] != "datasource"}
    for missing in {"job", "operation"} - variables.keys():
        yield f"variable {missing} is missing"
    for name, variable in variables.items():
        if variable["type"] != "query" or variable["datasource"] != DATASOURCE:
            yield f"variable {name} does not ask the data source"
        if not (variable["multi"] and variable["includeAll"]
                and variable["allValue"] == MULTIPLE[name]):
            yield f"variable {name} does not offer several values and all"
        if variable["refresh"] != 2:
            yield f"variable {name} is not refreshed when the time changes"
        if name in ("job", "instance") and variable["label"] != name.title():
            yield f"variable {name} is not labelled {name.title()}"
        if not re.fullmatch(r"label_values\(.+, \w+\)", variable["query"]["query"]):
            yield f"variable {name} is no label_values(...)"
    text = str(board["panels"])
    for name in variables:
        if "$" + name not in text:
            yield f"variable {name} is used by no panel"


def has_an_instance(metric):
    """Series of an operation may have none: Prometheus drops it where exporters share them."""
    return metric.startswith(("process_", "wolkvox_exporter_", "wolkvox_ledger_"))


def every_query_matches_job_and_its_owner(board):
    for panel, target in mixin.targets(board):
        found = promql.selectors(target["expr"])
        if not found:
            yield f"{panel['title']}: reads no series: {target['expr']}"
        for selector in found:
            of_exporter = has_an_instance(selector.metric)
            owner = "instance" if of_exporter else "operation"
            for label in ("job", owner):
                if (label, "=~", "$" + label) not in selector.matchers:
                    yield f"{panel['title']}: {selector.metric} without {label}=~\"${label}\""
        if not all(has_an_instance(selector.metric) for selector in found) and re.search(
                r"\binstance\b", target["expr"]):
            yield f"{panel['title']}: an operation's series by instance"


def choices_reach_every_query(board):
    offered = {v["name"] for v in board["templating"]["list"]} & MULTIPLE.keys()
    for panel, target in mixin.targets(board):
        for selector in promql.selectors(target["expr"]):
            for label, operator, value in selector.matchers:
                for name in re.findall(r"\$(\w+)", value):
                    if name not in offered or (label, operator) != (name, "=~"):
                        yield f"{panel['title']}: {label}{operator}\"{value}\""


def counters_stand_under_rate_or_increase(board):
    for panel, target in mixin.targets(board):
        for selector in promql.selectors(target["expr"]):
            counts = selector.function in ("rate", "increase")
            if bool(is_counter(selector.metric)) != counts:
                yield f"{panel['title']}: {selector.function}({selector.metric})"


def ranges_are_grafanas(board):
    """$__rate_interval wherever something is drawn over time; $__range for one figure of it all."""
    for panel, target in mixin.targets(board):
        for selector in promql.selectors(target["expr"]):
            allowed = {"$__rate_interval"} if target["range"] else {"$__range"}
            if selector.range and selector.range not in allowed:
                yield f"{panel['title']}: [{selector.range}] on {selector.metric}"
            if selector.function == "rate" and selector.range != "$__rate_interval":
                yield f"{panel['title']}: rate over [{selector.range}]"


def panels_are_no_finer_than_the_polls(board):
    """Min step at least the poll interval: then $__rate_interval is at least four of them."""
    for panel, target in mixin.targets(board):
        for selector in promql.selectors(target["expr"]):
            if seconds(target["interval"]) < changes_every(selector.metric):
                yield f"{panel['title']}: step {target['interval']} for {selector.metric}"
    for panel in mixin.panels(board):
        coarsest = max(seconds(target["interval"]) for target in panel["targets"])
        if seconds(panel["interval"]) != coarsest:
            yield f"{panel['title']}: interval {panel['interval']}"


def figures_of_now_are_instant(board):
    """A figure asked over a range shows its last value long after it was withdrawn."""
    over_time = {"timeseries", "heatmap", "state-timeline"}
    for panel, target in mixin.targets(board):
        if (panel["type"] in over_time) != target["range"] or target["range"] == target["instant"]:
            yield f"{panel['title']}: range {target['range']} in a {panel['type']}"


def panels_speak_for_themselves(board):
    if not board["description"]:
        yield "has no description"
    for panel in mixin.panels(board):
        if not panel["title"]:
            yield f"panel {panel['id']} has no title"
        if len(panel["description"]) < 40 or not panel["description"].endswith("."):
            yield f"{panel['title']}: has no description in words"
        if not re.search(r"\d|minut|hour|hora|scrape|lectura", panel["description"]):
            yield f"{panel['title']}: does not tell how fresh it is"
        if not panel["fieldConfig"]["defaults"]["noValue"]:
            yield f"{panel['title']}: draws nothing where there is no data"
        if panel["fieldConfig"]["defaults"].get("custom", {}).get("spanNulls"):
            yield f"{panel['title']}: draws over gaps"
        for target in panel["targets"]:
            if panel["type"] in ("timeseries", "state-timeline") and len(panel["targets"]) > 1 \
                    and not target["legendFormat"]:
                yield f"{panel['title']}: a query without a legend"
    titles = [panel["title"] for panel in mixin.panels(board)]
    for title in {title for title in titles if titles.count(title) > 1}:
        yield f"{title}: twice"


def units_and_colours_are_known(board):
    for panel in mixin.panels(board):
        defaults = panel["fieldConfig"]["defaults"]
        used = [defaults["unit"]]
        thresholds = [defaults["thresholds"]]
        for override in panel["fieldConfig"]["overrides"]:
            for each in override["properties"]:
                if each["id"] == "unit":
                    used.append(each["value"])
                if each["id"] == "thresholds":
                    thresholds.append(each["value"])
        for unit in used:
            if unit not in UNITS:
                yield f"{panel['title']}: unit {unit}"
        if panel["type"] != "table" and defaults["unit"] == "none" and not defaults["mappings"]:
            yield f"{panel['title']}: no unit"
        for each in thresholds:
            values = [step["value"] for step in each["steps"]]
            if values[0] is not None or values[1:] != sorted(values[1:]):
                yield f"{panel['title']}: thresholds {values}"
            if not {step["color"] for step in each["steps"]} <= COLOURS:
                yield f"{panel['title']}: colours"


def the_structure_is_grafanas(board):
    if board["schemaVersion"] < 39 or board["editable"] or "id" in board:
        yield "is no dashboard as code of Grafana 10 or later"
    ids = [panel["id"] for panel in board["panels"]]
    if ids != list(range(1, len(ids) + 1)):
        yield "panel ids are not unique"
    taken = set()
    for panel in board["panels"]:
        if panel["type"] == "row":
            if panel["panels"] or panel["collapsed"]:
                yield f"row {panel['title']} hides panels"
        elif panel["type"] not in PANEL_TYPES:
            yield f"{panel['title']}: panel type {panel['type']}"
        else:
            refs = [target["refId"] for target in panel["targets"]]
            if not refs or len(set(refs)) != len(refs):
                yield f"{panel['title']}: queries {refs}"
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])}
        if cells & taken or place["x"] + place["w"] > 24:
            yield f"{panel['title']}: lies on another panel or outside"
        taken |= cells


def columns_name_what_queries_give(board):
    """A table's overrides find their column only by the name that Grafana gives it."""
    for panel in mixin.panels(board):
        if panel["type"] != "table":
            continue
        values = (["Value"] if len(panel["targets"]) == 1 else
                  [f"Value #{target['refId']}" for target in panel["targets"]])
        labels = set.intersection(*(
            set(re.findall(r"\w+", re.search(r"by \(([^)]*)\)", target["expr"]).group(1)))
            for target in panel["targets"]))
        named = [override["matcher"]["options"] for override in panel["fieldConfig"]["overrides"]]
        if sorted(named) != sorted([*values, *labels]):
            yield f"{panel['title']}: columns {named}, queries give {[*labels, *values]}"
        if any(target["format"] != "table" for target in panel["targets"]):
            yield f"{panel['title']}: a query that is not formatted as a table"


def dashboards_are_linked(board):
    links = [link for link in board["links"] if link["type"] == "dashboards"]
    if not links or not all(set(link["tags"]) <= set(board["tags"]) and link["includeVars"]
                            and link["keepTime"] for link in links):
        yield "is not linked to the others"


RULES = (
    the_datasource_is_a_variable, variables_take_several_values,
    every_query_matches_job_and_its_owner, choices_reach_every_query,
    counters_stand_under_rate_or_increase, ranges_are_grafanas,
    panels_are_no_finer_than_the_polls, figures_of_now_are_instant, panels_speak_for_themselves,
    units_and_colours_are_known, the_structure_is_grafanas, columns_name_what_queries_give,
    dashboards_are_linked)
