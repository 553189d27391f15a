# What a spike cost and when it began, counted from every lost caller, not from any metric. What is
# usual comes from the plan's twin: the same weeks without spikes.
import bisect
import dataclasses

WEEK = 7 * 86400
# Callers go on giving up after the cause has passed.
AFTERMATH = 20 * 60
SLOT = 45 * 60  # to each side


@dataclasses.dataclass
class Loss:
    operation: str
    skill: str
    cause: str
    begin: int   # of the cause
    end: int     # of the aftermath
    onset: int   # first of the callers lost beyond the usual
    cost: float  # callers lost beyond the usual


def read(path, begin):
    lost = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            skill, at = line.split()
            lost.setdefault(skill, []).append(int(at) - begin)
    return {skill: sorted(times) for skill, times in lost.items()}


def count(times, begin, end):
    return bisect.bisect_left(times, end) - bisect.bisect_left(times, begin)


class Usual:
    def __init__(self, plan, twin):
        self.plan = plan
        self.twin = twin

    # Callers a second that the slot loses in a week like the others.
    def rate(self, skill, begin, end):
        times, holidays = self.twin.get(skill, []), self.plan.holidays()
        found = [count(times, begin + shift, end + shift)
                 for week in range(-self.plan.scenario["weeks"], self.plan.scenario["weeks"] + 1)
                 for shift in [week * WEEK]
                 if 0 <= begin + shift and end + shift <= self.plan.days * 86400
                 and (begin + shift) // 86400 not in holidays]
        return sum(found) / len(found) / (end - begin) if found else 0.0


# The stretch of greatest excess within [begin, end): when it began.
def onset(times, begin, rate):
    least = best = None
    for number, at in enumerate(times):
        before = number - rate * (at - begin)
        if least is None or before < least[0]:
            least = (before, at)
        if best is None or before + 1 - least[0] > best[0]:
            best = (before + 1 - least[0], least[1])
    return best[1] if best else begin


def drawn(plan, lost, usual, skills):
    for spike in plan.spikes:
        end = spike.end + AFTERMATH
        for skill in skills:
            rate = usual.rate(skill, spike.begin, end)
            times = [at for at in lost.get(skill, []) if spike.begin <= at < end]
            yield Loss(plan.name, skill, spike.cause, spike.begin, end,
                       onset(times, spike.begin, rate), len(times) - rate * (end - spike.begin))


# Overloads that no spike was drawn for: stretches in which half as many again as usual were lost,
# and at least `cost` beyond the usual.
def unplanned(plan, lost, usual, skill, cost):
    losses, begin, peak = [], None, (0.0, 0)
    excess, last = 0.0, 0
    slots = {}

    def rate(at):
        slot = at // 900
        if slot not in slots:
            slots[slot] = usual.rate(skill, max(0, slot * 900 - SLOT), slot * 900 + SLOT)
        return slots[slot]

    def close():
        if begin is not None:
            extra = count(times, begin, peak[1] + 1) - rate(begin) * (peak[1] - begin)
            if extra >= cost:
                losses.append(Loss(plan.name, skill, "none drawn", begin, peak[1], begin, extra))

    times = [at for at in lost.get(skill, []) if at >= 0]
    for at in times:
        excess -= (1.5 * rate(at) + 1 / 3600) * (at - last)
        if begin is not None and (excess <= 0 or excess < peak[0] * 0.4 or excess < peak[0] - 6):
            close()
            begin, excess, peak = None, 0.0, (0.0, at)
        if begin is None:
            begin, excess = at, 0.0
        excess += 1
        last = at
        peak = max(peak, (excess, at))
    close()
    spikes = [(spike.begin, spike.end + AFTERMATH) for spike in plan.spikes]
    return [loss for loss in losses
            if not any(loss.begin < end and begin <= loss.end for begin, end in spikes)]
