// The abandonment alerts, and the recording rules that only they need. How they decide, and why
// that is sound for five calls a day as for two thousand: grafana/runbooks/WolkvoxAbandonmentSpike.md.
local rule = import 'rule.libsonnet';

{
  local config = $._config.alerts,
  local abandonment = config.abandonment,
  local page = abandonment.page,
  local long = abandonment.long,
  local others = abandonment.others,
  local ticket = abandonment.ticket,
  local labels = std.join(', ', config.skill_labels),
  local by = 'by (%s)' % labels,
  local on = 'on (%s)' % labels,
  local selected(name) = if config.selector == '' then name else '%s{%s}' % [name, config.selector],

  local abandoned = selected('wolkvox_skill_abandoned_calls_total'),
  local answered = selected('wolkvox_skill_answered_calls_total'),

  local recorded = {
    abandoned_slot: 'operation_skill:wolkvox_skill_abandoned_calls:increase2h',
    decided_slot: 'operation_skill:wolkvox_skill_decided_calls:increase2h',
    abandoned_before: 'operation_skill:wolkvox_skill_abandoned_calls:median2h',
    decided_before: 'operation_skill:wolkvox_skill_decided_calls:median2h',
    slots: 'operation_skill:wolkvox_skill_decided_calls:slots',
    usual: 'operation_skill:wolkvox_skill_abandonment_ratio:usual',
    usual_slot: 'operation_skill:wolkvox_skill_abandoned_calls:usual2h',
    tolerated: 'operation_skill:wolkvox_skill_abandonment_ratio:tolerated',
    per_hour: 'operation_skill:wolkvox_skill_decided_calls:per_hour1w',
    quiet: 'operation_skill:wolkvox_skill_decided_calls:quiet',
    needed: 'operation_skill:wolkvox_skill_abandonment:evidence_needed',
    needed_together: 'operation_skill:wolkvox_skill_abandonment:evidence_needed_together',
    waiting: 'operation_skill:wolkvox_skill_waiting_calls:min2m',
    gave_up: 'operation_skill_window:wolkvox_skill_abandoned_calls:now',
    lost: 'operation_skill_window:wolkvox_skill_lost_calls:now',
    decided: 'operation_skill_window:wolkvox_skill_decided_calls:now',
    expected: 'operation_skill_window:wolkvox_skill_tolerated_calls:now',
    evidence: 'operation_skill_window:wolkvox_skill_abandonment:evidence',
    usual_lost: 'operation_skill_window:wolkvox_skill_abandoned_calls:usual',
    evidence_of_count: 'operation_skill_window:wolkvox_skill_abandonment:evidence_of_count',
    others_lost: 'operation_skill_window:wolkvox_skill_lost_calls:others',
    others_decided: 'operation_skill_window:wolkvox_skill_decided_calls:others',
    others_expected: 'operation_skill_window:wolkvox_skill_tolerated_calls:others',
    others_evidence: 'operation_skill:wolkvox_skill_abandonment:evidence_of_others',
  },

  // The same slot of the weeks and days before, an hour to each side.
  local slots_before(name) =
    local slot(hours) = 'label_replace(%s offset %dh, "slot", "%d", "", "")' % [name, hours - 1, hours];
    std.join('\n  or ', [
      slot(168 * number)
      for number in std.range(1, abandonment.weeks)
    ] + [
      slot(24 * number)
      for number in std.range(1, abandonment.days)
    ]),
  // Their median: a spike of yesterday or of last week does not move it.
  local median_before(name) = 'quantile without (slot) (0.5,\n  %s\n)' % slots_before(name),

  // What a counter of the day has grown by: whole calls, never extrapolated. After the daily reset
  // the lowest value is the new day's, so that growth counts from there.
  local grown(counter, window) =
    '%(counter)s - min_over_time(%(counter)s[%(reach)s])' % {
      counter: counter,
      reach: rule.longer(window, 60),
    },

  // How unlikely `lost` of `decided` calls is where `expected` of them are lost: minus the natural
  // logarithm of Chernoff's bound on the odds, which holds for any number of calls.
  local evidence(lost, decided, expected) = |||
    %(lost)s
    * ln(%(lost)s / %(expected)s)
    + clamp_min(%(decided)s - %(lost)s, 1e-9)
    * ln(clamp_min(%(decided)s - %(lost)s, 1e-9) / (%(decided)s - %(expected)s))
  ||| % { lost: lost, decided: decided, expected: expected },

  local indented(text) = '  ' + std.strReplace(std.rstripChars(text, '\n'), '\n', '\n  ') + '\n',

  // Callers who have waited through two polls count as lost: most of them will be.
  local lost_within(window) = {
    record: recorded.lost,
    labels: { window: window },
    expr: 'max %s (%s)\n+ %g * (%s or 0 * %s)' % [
      by,
      grown(abandoned, window),
      abandonment.waiting,
      recorded.waiting,
      recorded.usual,
    ],
  },

  local window_rules(window) = [
    {
      record: recorded.gave_up,
      labels: { window: window },
      expr: 'max %s (%s) >= 1' % [by, grown(abandoned, window)],
    },
    lost_within(window),
    {
      record: recorded.decided,
      labels: { window: window },
      expr: 'max %s (%s)\n+ ignoring (window) %s{window="%s"}' % [
        by,
        grown(answered, window),
        recorded.lost,
        window,
      ],
    },
  ],

  // How many of the decided calls may be lost.
  local tolerated_of(decided) = '%s * on (%s) group_left () %s' % [decided, labels, recorded.tolerated],

  local one_of(names) = '{window=~"%s"}' % std.join('|', names),

  // In one window, whichever says it loudest: so many callers above the tolerated, and so many who
  // have really given up.
  local strongest(windows, callers, gave_up) = |||
    max without (window) (
      %(evidence)s
      and
      %(lost)s - %(expected)s >= %(callers)g
      and
      %(gave_up)s >= %(least)d
    )
  ||| % {
    local chosen = one_of(windows),
    evidence: recorded.evidence + chosen,
    lost: recorded.lost + chosen,
    expected: recorded.expected + chosen,
    callers: callers,
    gave_up: recorded.gave_up + chosen,
    least: gave_up,
  },

  // What the operation's other skills have seen together: all of it without one's own. Only while
  // they have lost callers enough.
  local without_own(text) =
    local over = std.join(', ', config.operation_labels + ['window']);
    'sum by (%s) (%s)\n- on (%s) group_right () (%s)\n' % [over, text, over, text],
  local of_others(name) = without_own(name + one_of(others.windows)),
  local others_rules = [
    {
      record: recorded.others_expected,
      expr: '(\n%s)\n<= (\n%s) - %g' % [
        indented(without_own(tolerated_of(recorded.decided + one_of(others.windows)))),
        indented(of_others(recorded.lost)),
        others.callers,
      ],
    },
    {
      record: recorded.others_lost,
      expr: of_others(recorded.lost) + 'and ' + recorded.others_expected,
    },
    {
      record: recorded.others_decided,
      expr: of_others(recorded.decided) + 'and ' + recorded.others_expected,
    },
    {
      record: recorded.others_evidence,
      expr: 'max without (window) (\n%s)' % indented(
        evidence(recorded.others_lost, recorded.others_decided, recorded.others_expected)
      ),
    },
  ],

  // -- The report: calls that the platform has listed, without those who hung up at once -----------

  local report = abandonment.report,
  local wait = 'wolkvox_abandoned_call_wait_seconds',
  local reported(suffix, more) =
    local all = std.filter(function(one) one != '', [config.selector, more]);
    'max %s (increase(%s%s[%s]))' % [
      by,
      wait,
      suffix + (if all == [] then '' else '{%s}' % std.join(',', all)),
      ticket.window,
    ],

  local listed = '(%s - %s)' % [
    reported('_count', ''),
    reported('_bucket', 'le=~"%d([.]0)?"' % report.short_seconds),
  ],
  // What the live counters decided meanwhile.
  local decided_then = |||
    (
      max %(by)s (
        increase(%(answered)s[%(period)s] offset %(delay)s)
        + increase(%(abandoned)s[%(period)s] offset %(delay)s)
      ) > 0
    )
  ||| % report { by: by, answered: answered, abandoned: abandoned, period: ticket.window },

  local report_lost = {
    // Never more than were decided: the report also lists predictive calls.
    record: recorded.lost,
    labels: { window: 'report' },
    expr: '%s\n< %sor %sand %s' % [listed, decided_then, decided_then, listed],
  },

  // -- Tickets: how many are lost, whatever the share ----------------------------------------------

  // A share cannot tell a surge, which lifts calls and lost calls alike, nor a slow loss that the
  // last two hours' share has learnt. The number beyond the usual number can.
  local usual_within(label, delay) = {
    local slots = rule.seconds(ticket.window) / 7200,
    record: recorded.usual_lost,
    labels: { window: label },
    expr: '%g * avg_over_time(%s[%s]%s)' % [slots, recorded.usual_slot, ticket.window, delay],
  },
  local tolerated_count = '(%g * %s + %g)' % [ticket.times, recorded.usual_lost, ticket.more],
  local ticket_rules = [
    lost_within(ticket.window),
    report_lost,
    usual_within(ticket.window, ''),
    usual_within('report', ' offset ' + report.delay),
    {
      // As `evidence`, by the bound for a number that may come in any number of calls.
      record: recorded.evidence_of_count,
      expr: |||
        %(lost)s * ln(%(lost)s / %(tolerated)s)
        - (%(lost)s - %(tolerated)s)
        and
        %(lost)s > %(tolerated)s
        and
        %(lost)s - %(usual)s >= %(callers)g
      ||| % {
        lost: recorded.lost,
        tolerated: tolerated_count,
        usual: recorded.usual_lost,
        callers: ticket.callers,
      },
    },
  ],
  local too_many(window, evidence) = |||
    max without (window) (%s)
    >= on (%s) %g + %g * %s
  ||| % [
    recorded.evidence_of_count + one_of([window]),
    labels,
    evidence,
    ticket.evidence_by_quiet,
    recorded.quiet,
  ],

  // (abandoned + ceiling) / (decided + ceiling calls): a ratio that the ceiling holds while there
  // are few calls.
  local held(abandoned, decided, ratio) =
    '(%s + %g * %s) / (%s + %g)' % [abandoned, abandonment.ceiling_calls, ratio, decided, abandonment.ceiling_calls],

  local earlier(name) = name + ' offset 40m',

  local needed(way, per_hour) = '%g + %g * ln(1 + %s / 10)\n+ %g * %s' % [
    way.evidence,
    way.evidence_by_volume,
    per_hour,
    abandonment.evidence_by_quiet,
    recorded.quiet,
  ],
  local per_hour_of_others =
    local over = std.join(', ', config.operation_labels);
    'clamp_min(sum by (%s) (%s) - on (%s) group_right () %s, 0)' % [over, recorded.per_hour, over, recorded.per_hour],

  alertRecordings+:: {
    groups+: [{
      name: 'wolkvox-abandonment-history',
      interval: config.interval,
      rules: [
        {
          record: recorded.abandoned_slot,
          expr: 'max %s (increase(%s[2h]))' % [by, abandoned],
        },
        {
          record: recorded.decided_slot,
          expr: 'max %s (increase(%s[2h]) + increase(%s[2h]))' % [by, answered, abandoned],
        },
        { record: recorded.abandoned_before, expr: median_before(recorded.abandoned_slot) },
        { record: recorded.decided_before, expr: median_before(recorded.decided_slot) },
        {
          record: recorded.slots,
          expr: 'count without (slot) (\n  %s\n)' % slots_before(recorded.decided_slot),
        },
        {
          // One spike of two or three slots would be their median: at most the ceiling then, as
          // without any history, where today's ratio stands in.
          record: recorded.usual,
          expr: |||
            %(before)s and %(slots)s >= %(slots_least)d
            or clamp_max(%(before)s, %(ceiling)g)
            or clamp_max(%(today)s, %(ceiling)g)
            or %(any)s * 0 + %(ceiling)g
          ||| % {
            before: held(
              '%s * %s' % [recorded.slots, recorded.abandoned_before],
              '%s * %s' % [recorded.slots, recorded.decided_before],
              '%g' % abandonment.ceiling
            ),
            slots: recorded.slots,
            slots_least: abandonment.slots_least,
            today: held(earlier(recorded.abandoned_slot), earlier(recorded.decided_slot), '%g' % abandonment.ceiling),
            any: recorded.abandoned_slot,
            ceiling: abandonment.ceiling,
          },
        },
        {
          // How many of the slot's usual calls that is; of today's without any history.
          record: recorded.usual_slot,
          expr: '%s\n* (%s or %s)' % [recorded.usual, recorded.decided_before, recorded.decided_slot],
        },
        {
          // Or the last two hours' ratio if it is higher: a bad day is told once.
          record: recorded.tolerated,
          expr: |||
            clamp(
              (
                %(recent)s
                > %(usual)s
                or %(usual)s
              ) * %(times)g,
              %(least)g, %(most)g
            )
          ||| % {
            recent: held(earlier(recorded.abandoned_slot), earlier(recorded.decided_slot), recorded.usual),
            usual: recorded.usual,
            times: abandonment.tolerated_times,
            least: abandonment.tolerated_least,
            most: abandonment.tolerated_most,
          },
        },
        {
          record: recorded.per_hour,
          // The subquery has no point in the first hour.
          expr: '(avg_over_time(%s[7d:1h]) or %s) / 2' % [recorded.decided_slot, recorded.decided_slot],
        },
        {
          // How much fewer calls than on average this hour usually has, as a logarithm.
          record: recorded.quiet,
          expr: 'clamp(ln(clamp_min(%s, 0.1) / clamp_min(%s / 2, 0.1)), 0, 3)\nor %s * 0' % [
            recorded.per_hour,
            recorded.decided_before,
            recorded.per_hour,
          ],
        },
        // The more calls, the more often chance has its chance. In quiet hours few agents are there,
        // and those who wait for the same one give up together.
        { record: recorded.needed, expr: needed(page, recorded.per_hour) },
        { record: recorded.needed_together, expr: needed(others, per_hour_of_others) },
      ],
    }],
  },

  prometheusAlerts+:: {
    groups+: [{
      // One group, so that an alert sees what its rules have just recorded.
      name: 'wolkvox-abandonment-alerts',
      interval: abandonment.interval,
      rules: [
        {
          record: recorded.waiting,
          expr: 'max %s (min_over_time(%s[2m]))' % [by, selected('wolkvox_skill_queue_calls')],
        },
      ] + std.flattenArrays([
        window_rules(window)
        for window in std.set(page.windows + long.windows + others.windows, rule.seconds)
      ]) + ticket_rules + others_rules + [
        // Only while more are lost.
        {
          record: recorded.expected,
          expr: '%s\n< %s' % [tolerated_of(recorded.decided), recorded.lost],
        },
        { record: recorded.evidence, expr: evidence(recorded.lost, recorded.decided, recorded.expected) },
        rule.alert(config, 'WolkvoxAbandonmentSpike', 'page', {
          expr: std.join('or\n', [
            strongest(page.windows, page.callers, page.gave_up) + '>= on (%s) %s\n' % [labels, recorded.needed],
            strongest(long.windows, long.callers, long.gave_up) + '>= %g\n' % long.evidence,
            '(\n%s>= %g)\n+ on (%s) %s\n>= on (%s) %s\n' % [
              strongest(page.windows, others.own_callers, 1),
              others.own_evidence,
              labels,
              recorded.others_evidence,
              labels,
              recorded.needed_together,
            ],
          ]),
          keep_firing_for: abandonment.keep_firing_for,
          annotations: {
            summary: 'Callers of {{ $labels.skill }} ({{ $labels.operation }}) are giving up far more often than usual',
            description: 'By the live counters {{ $labels.skill }} loses more callers than chance explains at %g times the usual ratio of this hour, alone or together with the other skills of {{ $labels.operation }}. Callers who have waited through two polls count with them. Evidence {{ printf "%%.1f" $value }}.' % abandonment.tolerated_times,
          },
        }),
        rule.alert(config, 'WolkvoxAbandonmentRaised', 'ticket', {
          expr: too_many(ticket.window, ticket.evidence),
          keep_firing_for: '30m',
          annotations: {
            summary: 'More callers of {{ $labels.skill }} ({{ $labels.operation }}) give up than usual, for hours',
            description: 'Over the last %s {{ $labels.skill }} lost at least %g callers more than in the same hours of the days and weeks before, and more than chance explains.' % [ticket.window, ticket.callers],
          },
        }),
        rule.alert(config, 'WolkvoxAbandonmentProven', 'ticket', {
          expr: too_many('report', report.evidence),
          keep_firing_for: '30m',
          annotations: {
            summary: 'The per-call report proves lost callers of {{ $labels.skill }} ({{ $labels.operation }})',
            description: 'The report of abandoned calls, %s behind the live counters, lists at least %g lost callers of {{ $labels.skill }} in %s more than usual, without those who gave up within %d s.' % [report.delay, ticket.callers, ticket.window, report.short_seconds],
          },
        }),
      ],
    }],
  },
}
