// The abandonment alerts, and the recording rules that only they need. How they decide, and why
// that is sound for five calls a day as for two thousand: grafana/runbooks/WolkvoxAbandonmentSpike.md.
local rule = import 'rule.libsonnet';

{
  local config = $._config.alerts,
  local abandonment = config.abandonment,
  local labels = std.join(', ', config.skill_labels),
  local by = 'by (%s)' % labels,
  local on = 'on (%s)' % labels,
  local selected(name) = if config.selector == '' then name else '%s{%s}' % [name, config.selector],

  local abandoned = selected('wolkvox_skill_abandoned_calls_total'),
  local answered = selected('wolkvox_skill_answered_calls_total'),

  local recorded = {
    abandoned_slot: 'operation_skill:wolkvox_skill_abandoned_calls:increase2h',
    decided_slot: 'operation_skill:wolkvox_skill_decided_calls:increase2h',
    usual: 'operation_skill:wolkvox_skill_abandonment_ratio:usual',
    tolerated: 'operation_skill:wolkvox_skill_abandonment_ratio:tolerated',
    waiting: 'operation_skill:wolkvox_skill_waiting_calls:min2m',
    lost: 'operation_skill_window:wolkvox_skill_lost_calls:now',
    decided: 'operation_skill_window:wolkvox_skill_decided_calls:now',
    evidence: 'operation_skill_window:wolkvox_skill_abandonment:evidence',
  },

  // The same slot of the weeks before, an hour to each side, added up.
  local weeks_before(name) =
    local week(number) = 'label_replace(%s offset %dh, "week", "%d", "", "")' % [
      name,
      number * 168 - 1,
      number,
    ];
    'sum without (week) (\n    %s\n  )' % std.join('\n    or ', [
      week(number)
      for number in std.range(1, abandonment.weeks)
    ]),

  // What a counter of the day has grown by: whole calls, never extrapolated. After the daily reset
  // the lowest value is the new day's, so that growth counts from there.
  local grown(counter, window) =
    '%(counter)s - min_over_time(%(counter)s[%(reach)s])' % {
      counter: counter,
      reach: rule.longer(window, 60),
    },

  // How unlikely `lost` of `decided` calls is where the share `tolerated` is lost: minus the natural
  // logarithm of Chernoff's bound on the odds, which holds for any number of calls.
  local chernoff(lost, decided, tolerated, match) = |||
    %(lost)s
    * ln(%(lost)s / (%(decided)s %(match)s %(tolerated)s))
    + clamp_min(%(decided)s - %(lost)s, 1e-9)
    * ln(clamp_min(%(decided)s - %(lost)s, 1e-9) / (%(decided)s %(match)s (1 - %(tolerated)s)))
  ||| % { lost: lost, decided: decided, tolerated: tolerated, match: match },

  local window_rules(window) = [
    {
      // Only while a caller was lost in the window; callers who have waited through two polls count
      // as lost, as many of them will be.
      record: recorded.lost,
      labels: { window: window },
      expr: |||
        (max %(by)s (%(abandoned)s) >= 1)
        + (%(waiting)s or 0 * %(usual)s)
      ||| % {
        by: by,
        abandoned: grown(abandoned, window),
        waiting: recorded.waiting,
        usual: recorded.usual,
      },
    },
    {
      record: recorded.decided,
      labels: { window: window },
      expr: |||
        max %(by)s (
          %(answered)s
          + (%(abandoned)s)
        )
        + (%(waiting)s or 0 * %(usual)s)
        and %(on)s %(lost)s{window="%(window)s"}
      ||| % {
        by: by,
        on: on,
        answered: grown(answered, window),
        abandoned: grown(abandoned, window),
        waiting: recorded.waiting,
        usual: recorded.usual,
        lost: recorded.lost,
        window: window,
      },
    },
  ],

  local one_of(names) = std.join('|', names),

  local evidence_rule(kind) = {
    local windows = '{window=~"%s"}' % one_of(kind.windows),
    local lost = recorded.lost + windows,
    local decided = recorded.decided + windows,
    local match = '* %s group_left ()' % on,
    record: recorded.evidence,
    labels: { basis: kind.basis },
    expr: |||
      (
        %(chernoff)s
      )
      and
      %(lost)s - %(decided)s %(match)s %(tolerated)s >= %(callers)g
    ||| % {
      lost: lost,
      decided: decided,
      match: match,
      tolerated: recorded.tolerated,
      callers: kind.callers,
      chernoff: std.strReplace(std.rstripChars(chernoff(lost, decided, recorded.tolerated, match), '\n'), '\n', '\n  '),
    },
  },

  // -- The report: calls that the platform has listed, without those who hung up at once -----------

  local report = abandonment.report,
  local wait = 'wolkvox_abandoned_call_wait_seconds',
  local reported(suffix, more) =
    local all = std.filter(function(one) one != '', [config.selector, more]);
    'max %s (increase(%s%s[%s]))' % [
      by,
      wait,
      suffix + (if all == [] then '' else '{%s}' % std.join(',', all)),
      report.period,
    ],

  local listed = '(%s - %s)' % [
    reported('_count', ''),
    reported('_bucket', 'le=~"%d([.]0)?"' % report.short_seconds),
  ],
  local decided_then = |||
    (
      max %(by)s (
        increase(%(answered)s[%(period)s] offset %(delay)s)
        + increase(%(abandoned)s[%(period)s] offset %(delay)s)
      ) > 0
    )
  ||| % report { by: by, answered: answered, abandoned: abandoned },

  local report_rules = [
    {
      // Never more than were decided: the report also lists predictive calls.
      record: recorded.lost,
      labels: { window: 'report' },
      expr: '%s\n< %sor %sand %s' % [listed, decided_then, decided_then, listed],
    },
    {
      record: recorded.decided,
      labels: { window: 'report' },
      expr: '%sand on (%s) %s{window="report"}' % [decided_then, labels, recorded.lost],
    },
  ],

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
        {
          record: recorded.usual,
          expr: |||
            (
              %(abandoned)s
              + %(ceiling_calls)g * %(ceiling)g
            )
            /
            (
              %(decided)s
              + %(ceiling_calls)g
            )
            or
            %(now)s * 0 + %(ceiling)g
          ||| % abandonment {
            abandoned: weeks_before(recorded.abandoned_slot),
            decided: weeks_before(recorded.decided_slot),
            now: recorded.abandoned_slot,
          },
        },
        {
          record: recorded.tolerated,
          expr: |||
            clamp(
              (
                (%(abandoned)s offset 40m + %(ceiling_calls)g * %(usual)s)
                / (%(decided)s offset 40m + %(ceiling_calls)g)
                > %(usual)s
                or %(usual)s
              ) * %(tolerated_times)g,
              %(tolerated_least)g, %(tolerated_most)g
            )
          ||| % abandonment {
            abandoned: recorded.abandoned_slot,
            decided: recorded.decided_slot,
            usual: recorded.usual,
          },
        },
      ],
    }],
  },

  local strongest(basis, kind) =
    'max without (window, basis) (%s{basis="%s"}) >= %g' % [recorded.evidence, basis, kind.evidence],

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
        for window in abandonment.page.windows + abandonment.ticket.windows
      ]) + report_rules + [
        evidence_rule(abandonment.page { basis: 'minutes' }),
        evidence_rule(abandonment.ticket { basis: 'hours' }),
        evidence_rule(report { basis: 'report', windows: ['report'] }),
        rule.alert(config, 'WolkvoxAbandonmentSpike', 'page', {
          expr: strongest('minutes', abandonment.page),
          keep_firing_for: abandonment.keep_firing_for,
          annotations: {
            summary: 'Callers of {{ $labels.skill }} ({{ $labels.operation }}) are giving up far more often than usual',
            description: 'In the last minutes {{ $labels.skill }} has lost more callers, by the live counters, than chance explains at %g times the usual ratio of this hour. Callers who have waited through two polls count with them. Evidence {{ printf "%%.1f" $value }}; the page needs %g.' % [abandonment.tolerated_times, abandonment.page.evidence],
          },
        }),
        rule.alert(config, 'WolkvoxAbandonmentRaised', 'ticket', {
          expr: strongest('hours', abandonment.ticket),
          keep_firing_for: '30m',
          annotations: {
            summary: 'More callers of {{ $labels.skill }} ({{ $labels.operation }}) give up than usual, for an hour or two',
            description: 'Over the last one or two hours {{ $labels.skill }} lost clearly more callers than at this hour of the weeks before.',
          },
        }),
        rule.alert(config, 'WolkvoxAbandonmentProven', 'ticket', {
          expr: strongest('report', report),
          keep_firing_for: '30m',
          annotations: {
            summary: 'The per-call report proves lost callers of {{ $labels.skill }} ({{ $labels.operation }})',
            description: 'The report of abandoned calls, %s behind the live counters, lists more lost callers of {{ $labels.skill }} in %s than usual, without those who gave up within %d s.' % [report.delay, report.period, report.short_seconds],
          },
        }),
      ],
    }],
  },
}
