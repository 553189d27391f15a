# What Prometheus makes of an alert's expression over time: pending, firing, kept firing, resolved.
# The order of steps is that of rules/alerting.go of Prometheus 2.42; alerting_test.py holds it
# against promtool.
import re

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(duration):
    return sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+)([smhd])", duration))


# Times [from, to) at which the alert fires, given the times at which its expression holds.
def firing(holds, begin, end, step, wait=0, keep=0):
    active_since = fires_since = kept_since = None
    intervals = []
    for now in range(begin, end + 1, step):
        if now in holds:
            kept_since = None
            if active_since is None:
                active_since = now
            if fires_since is None and now - active_since >= wait:
                fires_since = now
        elif active_since is not None:
            if fires_since is not None and keep:
                kept_since = now if kept_since is None else kept_since
                if now - kept_since < keep:
                    continue
            if fires_since is not None:
                intervals.append((fires_since, now))
            active_since = fires_since = kept_since = None
    if fires_since is not None:
        intervals.append((fires_since, end + step))
    return intervals
