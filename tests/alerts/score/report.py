# The table: spikes found, delays and false alarms, for the shipped alerts and the naive rule.
import dataclasses
import statistics

# What has to be found: spikes that cost so many callers beyond the usual.
DUTY = 10
CLASSES = (("under 10", -1e9, DUTY), ("10 to 19", DUTY, 20), ("20 to 49", 20, 50),
           ("50 and more", 50, 1e9))
MONTH = 30
PAGE, TICKETS = ("WolkvoxAbandonmentSpike",), ("WolkvoxAbandonmentRaised", "WolkvoxAbandonmentProven")
RULES = (("page", PAGE), ("page or ticket", PAGE + TICKETS), ("tickets alone", TICKETS),
         ("naive rule", ("naive",)))
# An alarm belongs to a loss if it begins this long after its end at the latest: half an hour for
# the page, and what the tickets' windows of two hours hold.
LATE = {"naive": 1800, "WolkvoxAbandonmentSpike": 1800, "WolkvoxAbandonmentRaised": 9000,
        "WolkvoxAbandonmentProven": 9000}


@dataclasses.dataclass
class Score:
    drawn: list = dataclasses.field(default_factory=list)
    unplanned: list = dataclasses.field(default_factory=list)
    lost: dict = dataclasses.field(default_factory=dict)
    spikes: dict = dataclasses.field(default_factory=dict)
    skills: list = dataclasses.field(default_factory=list)
    days: int = 0
    fired: dict = dataclasses.field(default_factory=dict)

    def add(self, plan, skills, lost, drawn, unplanned):
        self.drawn += drawn
        self.unplanned += unplanned
        self.days = plan.days
        self.spikes[plan.name] = plan.spikes
        for skill in skills:
            self.skills.append((plan.name, skill))
            self.lost[plan.name, skill] = lost.get(skill, [])

    def intervals(self, names, where):
        return sorted((begin, end, name) for name in names
                      for begin, end in self.fired.get(name, {}).get(where, []))

    # When the first of these alerts fired for the loss; None if none did.
    def alarm(self, loss, names):
        for begin, end, _ in self.intervals(names, (loss.operation, loss.skill)):
            if begin <= loss.end + 600 and end > loss.begin:
                return max(begin, loss.begin)
        return None

    # Alarms that begin near no loss: near no drawn spike, and near no drawn or unplanned one.
    def false_alarms(self, names, where):
        strict = true = 0
        for begin, _, name in self.intervals(names, where):
            late = LATE[name]
            planned = any(spike.begin <= begin <= spike.end + late
                          for spike in self.spikes[where[0]])
            other = any((loss.operation, loss.skill) == where
                        and loss.begin - 120 <= begin <= loss.end + late
                        for loss in self.unplanned)
            strict += not planned
            true += not planned and not other
        return strict, true


def delays(found, losses, names):
    from_onset, from_cause, lost = [], [], []
    for loss in losses:
        at = found.alarm(loss, names)
        if at is not None:
            from_onset.append((at - loss.onset) / 60)
            from_cause.append((at - loss.begin) / 60)
            lost.append(sum(loss.onset <= one <= at
                            for one in found.lost[loss.operation, loss.skill]))
    return from_onset, from_cause, lost


def line(title, found, losses, names):
    onset, cause, lost = delays(found, losses, names)
    middle = [f"{statistics.median(values):.1f}" if values else "-" for values in (onset, cause, lost)]
    worst = f"{max(onset):.0f}" if onset else "-"
    print(f"  {title:22} {len(onset):4} of {len(losses):4}   {middle[0]:>6} {worst:>6} "
          f"{middle[1]:>9} {middle[2]:>9}")


def print_false_alarms(found, names):
    months = found.days / MONTH
    rates = {where: [number / months for number in found.false_alarms(names, where)]
             for where in found.skills}
    for index, title in ((1, "false alarms per skill and month"),
                         (0, "... counting unplanned overloads")):
        values = [rate[index] for rate in rates.values()]
        print(f"  {title}: {statistics.mean(values):.2f} on average, {max(values):.2f} at most;",
              " ".join(f"{operation}/{skill} {rates[operation, skill][index]:.1f}"
                       for operation, skill in found.skills))


def print_score(found, title):
    print(f"{title}: {len(found.skills)} skills, {found.days} days")
    for name, names in RULES:
        print(f"{name}\n  {'cost of the spike':22} {'found':>12}   {'median':>6} {'worst':>6} "
              f"{'fr. cause':>9} {'lost then':>9}")
        for label, low, high in CLASSES[1:]:
            line(label, found, [loss for loss in found.drawn if low <= loss.cost < high], names)
        line("all of 10 and more", found, [loss for loss in found.drawn if loss.cost >= DUTY],
             names)
        line("unplanned, 10 and more", found, found.unplanned, names)
        print_false_alarms(found, names)
    print("missed by page and tickets:")
    for loss in found.drawn + found.unplanned:
        if loss.cost >= DUTY and found.alarm(loss, PAGE + TICKETS) is None:
            print(f"  {loss.operation}/{loss.skill} {loss.cause}: day {loss.begin // 86400} "
                  f"{loss.begin % 86400 / 3600:.1f} h, {(loss.end - loss.begin) // 60} min, "
                  f"{loss.cost:.1f} callers")
