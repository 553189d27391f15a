# Scenario files (README.md) and the plans drawn from them: the same file and seed give the same
# plans. A plan is what alert_history lives through; its twin is the same weeks without spikes.
import dataclasses
import datetime
import random
import re
import zoneinfo

import yaml

DAY = 86400


@dataclasses.dataclass(frozen=True)
class Spike:
    cause: str
    begin: int  # seconds from the start of the plan
    length: int
    phase: dict

    @property
    def end(self):
        return self.begin + self.length


@dataclasses.dataclass
class Plan:
    scenario: dict
    operation: dict
    seed: int
    spikes: list
    phases: list  # beside the spikes
    restarts: list

    @property
    def name(self):
        return self.operation["name"]

    @property
    def days(self):
        return 7 * self.scenario["weeks"]

    @property
    def begin(self):
        zone = zoneinfo.ZoneInfo(self.scenario["timezone"])
        return int(datetime.datetime.combine(self.scenario["start"], datetime.time(),
                                             zone).timestamp())

    def holidays(self):
        days = self.scenario.get("holidays", {}).get("days", [])
        return {(day - self.scenario["start"]).days for day in days}

    def document(self, with_spikes=True):
        spikes = [spike.phase for spike in self.spikes] if with_spikes else []
        return {"operation": self.name, "seed": self.seed,
                "timezone": self.scenario["timezone"],
                "start": self.scenario["start"].isoformat(), "days": self.days,
                "agents": self.operation["agents"],
                "calls_per_day": self.operation["calls_per_day"],
                "restarts": self.restarts,
                "play": {"name": self.scenario["name"], "phases": self.phases + spikes}}


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)([smhd])", text).groups()
    return int(number) * {"s": 1, "m": 60, "h": 3600, "d": DAY}[unit]


def phase(what, begin, length, **more):
    return {"what": what, "from": f"{begin}s", "for": f"{length}s", **more}


def minutes_between(chance, bounds):
    return 60 * chance.randint(*bounds)


def draw_spike(chance, cause, begin, skills):
    length = minutes_between(chance, cause["minutes"])
    low, high = cause["factor"]
    more = {"factor": round(low * (high / low) ** chance.random(), 3)}
    if cause.get("skill") == "one":
        more["place"] = chance.randrange(skills)
    return Spike(cause["name"], begin, length, phase(cause["what"], begin, length, **more))


def draw_spikes(chance, scenario, operation, holidays):
    wanted = scenario.get("spikes")
    if not wanted:
        return []
    apart, (first, last) = seconds(wanted["apart"]), wanted["hours"]
    causes = [cause for cause in wanted["causes"]
              if operation["name"] in cause.get("operations", [operation["name"]])]
    spikes = []
    for week in range(scenario["weeks"]):
        drawn = 0
        for _ in range(100):
            day = 7 * week + chance.randrange(7)
            begin = day * DAY + chance.randrange(first * 3600, last * 3600)
            free = all(abs(begin - other.begin) > apart + other.length for other in spikes)
            if day in holidays or not free or drawn == wanted["per_week"]:
                continue
            cause = chance.choice(causes)
            spikes.append(draw_spike(chance, cause, begin, len(operation["calls_per_day"])))
            drawn += 1
    return sorted(spikes, key=lambda spike: spike.begin)


def draw_times(chance, scenario, wanted):
    for week in range(scenario["weeks"]):
        for _ in range(wanted.get("per_week", 0)):
            begin = (7 * week + chance.randrange(7)) * DAY + chance.randrange(DAY)
            yield begin, minutes_between(chance, wanted["minutes"])


def draw_plan(scenario, operation, seed):
    chance = random.Random(f"{scenario['name']} {operation['name']} {seed}")
    plan = Plan(scenario, operation, chance.randrange(1, 2**31), [], [], [])
    plan.spikes = draw_spikes(chance, scenario, operation, plan.holidays())
    for day in sorted(plan.holidays()):
        for what in ("arrivals", "staff"):
            plan.phases.append(phase(what, day * DAY, DAY, factor=scenario["holidays"][what]))
    outages = scenario.get("outages", {})
    for begin, length in draw_times(chance, scenario, outages):
        fault = {"kind": "status_503", "report": chance.choice(outages["reports"])}
        plan.phases.append(phase("fault", begin, length, fault=fault))
    for begin, length in draw_times(chance, scenario, scenario.get("restarts", {})):
        plan.restarts.append({"from": begin, "for": length})
    return plan


def read(path):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def plans(path, seed):
    scenario = read(path)
    return [draw_plan(scenario, operation, seed) for operation in scenario["operations"]]
