"""What every family must show, from the simulator's own records (`/_truth`), and the comparison."""

import datetime

BOGOTA = datetime.timezone(datetime.timedelta(hours=-5))


def local(text):
    """A local time as `/_truth` writes it."""
    return datetime.datetime.fromisoformat(text)


def _add(into, key, amount):
    into[key] = into.get(key, 0.0) + amount


def _campaign(row):
    return "" if row["campaign_id"] == "0" else row["campaign_id"]


def _histogram(into, rows, key_of, sum_field):
    """`into`: count, sum and bucket tables of one histogram family."""
    for row in rows:
        key = key_of(row)
        _add(into["count"], key, row["count"])
        _add(into["sum"], key, row[sum_field])
        for bound, within in {**row["buckets"], "+Inf": row["count"]}.items():
            _add(into["bucket"], (*key, bound), within)


def abandoned(truth):
    calls = {}
    for row in truth["abandoned_calls"]:
        _add(calls, (row["skill_id"], row["skill"], row["interaction"]), row["count"])
    waits = {"count": {}, "sum": {}, "bucket": {}}
    _histogram(waits, truth["abandoned_calls"], lambda row: (row["skill_id"], row["skill"]),
               "wait_seconds")
    return calls, waits


def calls(truth):
    made = {}
    for row in truth["calls"]:
        _add(made, (row["agent_id"], row["agent"], row["skill_id"], _campaign(row),
                    row["interaction"], row["hung_up"]), row["count"])
    lengths = {"count": {}, "sum": {}, "bucket": {}}
    _histogram(lengths, truth["call_durations"],
               lambda row: (row["skill_id"], _campaign(row), row["interaction"]),
               "duration_seconds")
    return made, lengths


def codes(truth):
    made = {}
    for row in truth["codes"]:
        if row["code"] or row["code_2"]:
            _add(made, (row["skill_id"], _campaign(row), row["code"], row["code_2"]), row["count"])
    return made


def cdr(truth):
    tables = {"calls": {}, "talk": {}, "billed": {}, "cost_micros": {}}
    for row in truth["cdr"]:
        who = (row["agent_id"], row["skill_id"], _campaign(row), row["interaction"])
        _add(tables["calls"], (*who, row["hung_up"]), row["count"])
        _add(tables["talk"], who, row["talk_seconds"])
        _add(tables["billed"], who, row["billed_seconds"])
        _add(tables["cost_micros"], who, row["cost_micros"])
    return tables


def hold_mute(truth):
    tables = {"count": {}, "hold_seconds": {}, "mute_seconds": {}}
    for row in truth["hold_mute"]:
        for field, table in tables.items():
            _add(table, (row["agent_id"], row["agent"]), row[field])
    return tables


def _without_zeros(table):
    return {key: value for key, value in table.items() if value != 0}


CALL_LABELS = ("agent_id", "skill_id", "campaign_id", "interaction")


class Comparison:
    """Compares an exposition's ledger families with a truth; `test` is the TestCase that fails."""

    def __init__(self, test, shown, truth, operation="acme"):
        self.test = test
        self.shown = shown
        self.truth = truth
        self.operation = operation
        test.maxDiff = 4000

    def _table(self, family, labels, expected):
        self.test.assertEqual(
            self.shown.summed(family, *labels, operation=self.operation),
            _without_zeros(expected), family)

    def _histogram(self, family, labels, expected):
        self._table(family + "_count", labels, expected["count"])
        self._table(family + "_sum", labels, expected["sum"])
        self._table(family + "_bucket", (*labels, "le"), expected["bucket"])

    def abandoned(self):
        calls_made, waits = abandoned(self.truth)
        self._table("wolkvox_abandoned_calls_total", ("skill_id", "skill", "interaction"),
                    calls_made)
        self._histogram("wolkvox_abandoned_call_wait_seconds", ("skill_id", "skill"), waits)

    def calls(self):
        made, lengths = calls(self.truth)
        self._table("wolkvox_calls_total",
                    ("agent_id", "agent", "skill_id", "campaign_id", "interaction", "hung_up"),
                    made)
        self._histogram("wolkvox_call_duration_seconds",
                        ("skill_id", "campaign_id", "interaction"), lengths)

    def codes(self):
        self._table("wolkvox_call_codes_total", ("skill_id", "campaign_id", "code", "code_2"),
                    codes(self.truth))

    def cdr(self):
        tables = cdr(self.truth)
        self._table("wolkvox_cdr_calls_total", (*CALL_LABELS, "hung_up"), tables["calls"])
        self._table("wolkvox_cdr_talk_seconds_total", CALL_LABELS, tables["talk"])
        self._table("wolkvox_cdr_billed_seconds_total", CALL_LABELS, tables["billed"])
        shown = self.shown.summed("wolkvox_cdr_cost_total", *CALL_LABELS, "currency",
                                  operation=self.operation)
        self.test.assertEqual({key: round(cost * 1e6) for key, cost in shown.items()},
                              {(*key, "COP"): cost
                               for key, cost in _without_zeros(tables["cost_micros"]).items()})

    def hold_mute(self):
        tables = hold_mute(self.truth)
        who = ("agent_id", "agent")
        self._table("wolkvox_agent_hold_mute_uses_total", who, tables["count"])
        self._table("wolkvox_agent_hold_seconds_total", who, tables["hold_seconds"])
        self._table("wolkvox_agent_mute_seconds_total", who, tables["mute_seconds"])

    def all_but_codes(self):
        self.abandoned()
        self.calls()
        self.cdr()
        self.hold_mute()
