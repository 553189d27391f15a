// Skills and abandonment: how much came, how much was answered, who gave up and after how long.
function(_config, g)
  local c = _config.dashboards;
  local rules = _config.rules;
  local threshold = c.service_level.threshold;
  local offered = 'sum(increase(wolkvox_skill_offered_calls_total{%(skill)s}[$__range]))';
  local quantile(q) = 'histogram_quantile(%s, sum by (le) (increase(wolkvox_abandoned_call_wait_seconds_bucket{%%(skill)s}[$__rate_interval])))' % q;

  // One hour's parts of the service level; the report is as late as live figures are taken early.
  local parts(earlier) = {
    local sum(series, matchers) = 'sum(%s:increase%s{%s}%s)' % [series, rules.window, matchers, earlier],
    local in_threshold = '%%(skill)s, threshold="%s"' % threshold,
    timely: sum('operation_skill_threshold:wolkvox_in_time_calls', in_threshold),
    offered: sum('operation_skill:wolkvox_offered_calls', '%(skill)s'),
    answered: sum('operation_skill:wolkvox_answered_calls', '%(skill)s'),
    gave_up: 'sum(operation_skill_threshold:wolkvox_abandoned_in_time_calls:increase%s{%s})' % [rules.window, in_threshold],
  };

  g.dashboard(
    'skills',
    'Skills and abandonment',
    'Offered, answered and abandoned calls of each skill, their ratios, and how long callers waited before they gave up. Live counters are a minute old; the report of abandoned calls follows 10 to 20 minutes later.',
    ['operation', 'skill'],
    { from: 'now/d', to: 'now' },
    [
      g.row('In the chosen time'),
      g.stat(
        'Offered',
        "Calls that came to the chosen skills in the chosen time, by the live counters (once a minute). Grafana's increase is an estimate at the ends of the time.",
        'short',
        [g.now('skills', offered)],
        thresholds=g.plain('blue')
      ),
      g.stat(
        'Answered',
        'Calls of the chosen skills answered in the chosen time, by the live counters (once a minute).',
        'short',
        [g.now('skills', 'sum(increase(wolkvox_skill_answered_calls_total{%(skill)s}[$__range]))')],
        thresholds=g.plain('green')
      ),
      g.stat(
        'Abandoned',
        'Calls of the chosen skills abandoned in the chosen time, by the live counters (once a minute).',
        'short',
        [g.now('skills', 'sum(increase(wolkvox_skill_abandoned_calls_total{%(skill)s}[$__range]))')],
        thresholds=g.plain('orange')
      ),
      g.stat(
        'Abandonment in the chosen time',
        'Abandoned calls of offered calls in the chosen time, short abandons included, by the live counters (once a minute).',
        'percentunit',
        [g.now('skills', 'sum(increase(wolkvox_skill_abandoned_calls_total{%(skill)s}[$__range])) / (' + offered + ' > 0)')],
        thresholds=g.high(c.abandonment.warning, c.abandonment.critical)
      ),
      g.stat(
        'Abandoned, by the report',
        "Abandoned calls that the report of abandoned calls has shown in the chosen time, each counted once. It follows the live counters by 10 to 20 minutes, and its definition is the platform's own.",
        'short',
        [g.now('abandoned_calls', 'sum(increase(wolkvox_abandoned_calls_total{%(skill)s}[$__range]))')],
        thresholds=g.plain('orange')
      ),
      g.stat(
        'Mean wait of abandoned calls',
        'How long callers who gave up in the chosen time had waited, on average, by the report of abandoned calls (10 to 20 minutes old).',
        's',
        [g.now('abandoned_calls', |||
          sum(increase(wolkvox_abandoned_call_wait_seconds_sum{%(skill)s}[$__range]))
          /
          (sum(increase(wolkvox_abandoned_call_wait_seconds_count{%(skill)s}[$__range])) > 0)
        |||)],
        thresholds=g.plain('blue')
      ),

      g.row('By skill'),
      g.lines(
        'Offered calls',
        'Calls that came to each skill, per minute, over windows of four minutes or more, by the live counters.',
        'cpm',
        [g.range('skills', 'sum by (operation, skill) (rate(wolkvox_skill_offered_calls_total{%(skill)s}[$__rate_interval])) * 60', '{{operation}} · {{skill}}')]
      ),
      g.lines(
        'Offered, answered, abandoned',
        'Calls of all chosen skills together, per minute, over windows of four minutes or more, by the live counters.',
        'cpm',
        [
          g.range('skills', 'sum(rate(wolkvox_skill_offered_calls_total{%(skill)s}[$__rate_interval])) * 60', 'offered'),
          g.range('skills', 'sum(rate(wolkvox_skill_answered_calls_total{%(skill)s}[$__rate_interval])) * 60', 'answered'),
          g.range('skills', 'sum(rate(wolkvox_skill_abandoned_calls_total{%(skill)s}[$__rate_interval])) * 60', 'abandoned'),
        ]
      ),
      g.lines(
        'Abandonment by skill',
        'Abandoned of offered calls of each skill in the 30 minutes before, short abandons included. Recorded once a minute from the live counters; with few calls a single one moves it far.',
        'percentunit',
        [g.range('rules', 'operation_skill:wolkvox_abandonment:ratio%s{%%(skill)s}' % rules.short_window, '{{operation}} · {{skill}}')],
        thresholds=g.high(c.abandonment.warning, c.abandonment.critical)
      ),
      g.lines(
        'Service level by skill',
        "Share of each skill's calls offered in the 30 minutes before that were answered within the threshold. Recorded once a minute from the live counters.",
        'percentunit',
        [g.range('rules', 'operation_skill_threshold:wolkvox_service_level:ratio%s{%%(skill)s, threshold="%s"}' % [rules.short_window, threshold], '{{operation}} · {{skill}}')],
        thresholds=g.low(c.service_level.warning, c.service_level.target),
        more={ fieldConfig+: { defaults+: { max: 1 } } }
      ),

      g.row('Definitions side by side'),
      g.lines(
        'Service level in its variants',
        'One hour, all chosen skills: of offered calls (abandoned calls count against it); of answered calls; without the calls abandoned within the threshold (usual in contracts); and with those counted as served. The last two need the report and are 20 minutes older.',
        'percentunit',
        [
          g.range('rules', '%(timely)s / (%(offered)s > 0)' % parts(''), 'of offered'),
          g.range('rules', '%(timely)s / (%(answered)s > 0)' % parts(''), 'of answered'),
          g.range('rules', '%(timely)s / (%(offered)s - %(gave_up)s > 0)' % parts(' offset ' + rules.report_delay), 'without early abandons'),
          g.range('rules', '(%(timely)s + %(gave_up)s) / (%(offered)s > 0)' % parts(' offset ' + rules.report_delay), 'with early abandons as served'),
        ],
        thresholds=g.low(c.service_level.warning, c.service_level.target),
      ),
      g.lines(
        'Abandonment with and without short abandons',
        'One hour, whole operation: abandoned of offered calls, and the same without calls abandoned within the first 10 seconds. The latter needs the report and is 20 minutes older.',
        'percentunit',
        [
          g.range('rules', 'operation:wolkvox_abandonment:ratio%s{%%(operation)s}' % rules.window, '{{operation}} · all'),
          g.range('rules', 'operation:wolkvox_abandonment_without_short:ratio%s{%%(operation)s}' % rules.window, '{{operation}} · without short'),
        ],
        thresholds=g.high(c.abandonment.warning, c.abandonment.critical)
      ),
      g.lines(
        'Average speed of answer (estimate)',
        "Mean wait of answered calls in one hour, estimated from the mean queue (Little's law) less the waits of abandoned calls, because the platform publishes no wait of answered calls. Sound for busy skills, rough for quiet ones; 20 minutes old.",
        's',
        [g.range('rules', 'operation_skill:wolkvox_answer_seconds:estimate%s{%%(skill)s}' % rules.window, '{{operation}} · {{skill}}')]
      ),
      g.lines(
        'Day so far, as the platform counts',
        "The platform's own service level of the day so far, by threshold, averaged over the chosen skills without weights: to compare with the Manager. As of the last poll of skills (once a minute).",
        'percentunit',
        [
          g.range('skills', 'avg by (threshold) (wolkvox_skill_service_level_ratio{%(skill)s})', '{{threshold}} s'),
          g.range('skills', 'avg(wolkvox_skill_abandonment_ratio{%(skill)s})', 'abandonment'),
        ]
      ),

      g.row('How long callers wait before they give up'),
      g.heatmap(
        'Waits of abandoned calls',
        'Number of abandoned calls by how long the caller waited, over windows of 20 minutes or more, because the report comes every 5 minutes and 10 to 20 minutes late. Darker is more.',
        's',
        [g.buckets('abandoned_calls', 'sum by (le) (increase(wolkvox_abandoned_call_wait_seconds_bucket{%(skill)s}[$__rate_interval]))')]
      ),
      g.lines(
        'Quantiles of the wait',
        'Half, three quarters and nine tenths of the callers who gave up had waited no longer than this; interpolated inside the buckets of the histogram. Windows of 20 minutes or more, 10 to 20 minutes late.',
        's',
        [
          g.range('abandoned_calls', quantile('0.5'), '50 %'),
          g.range('abandoned_calls', quantile('0.75'), '75 %'),
          g.range('abandoned_calls', quantile('0.9'), '90 %'),
        ],
        size=[12, 9]
      ),
      g.bars(
        'Abandoned calls by skill',
        'Abandoned calls of each skill in the chosen time, by the report of abandoned calls (10 to 20 minutes old).',
        'short',
        [g.now('abandoned_calls', 'sort_desc(sum by (operation, skill) (increase(wolkvox_abandoned_calls_total{%(skill)s}[$__range])))', '{{operation}} · {{skill}}')],
        size=[12, 9],
        thresholds=g.plain('orange')
      ),
      g.lines(
        'Abandoned calls by channel',
        'Abandoned calls per hour by kind of interaction, by the report, over windows of 20 minutes or more, 10 to 20 minutes late.',
        'short',
        [g.range('abandoned_calls', 'sum by (interaction) (rate(wolkvox_abandoned_calls_total{%(skill)s}[$__rate_interval])) * 3600', '{{interaction}}')],
        size=[12, 9]
      ),

      g.row('Compared with last week'),
      g.lines(
        'Offered calls and the same time last week',
        'Calls per minute of all chosen skills, now and at the same time seven days before, by the live counters.',
        'cpm',
        [
          g.range('skills', 'sum(rate(wolkvox_skill_offered_calls_total{%(skill)s}[$__rate_interval])) * 60', 'now'),
          g.range('skills', 'sum(rate(wolkvox_skill_offered_calls_total{%%(skill)s}[$__rate_interval] offset %s)) * 60' % c.week, 'last week'),
        ]
      ),
      g.lines(
        'Abandonment and the same time last week',
        'Abandoned of offered calls of all chosen skills in 30 minutes, now and at the same time seven days before. Recorded once a minute from the live counters.',
        'percentunit',
        [
          g.range('rules', 'sum(operation_skill:wolkvox_abandoned_calls:increase%(w)s{%%(skill)s}) / (sum(operation_skill:wolkvox_offered_calls:increase%(w)s{%%(skill)s}) > 0)' % { w: rules.short_window }, 'now'),
          g.range('rules', 'sum(operation_skill:wolkvox_abandoned_calls:increase%(w)s{%%(skill)s} offset %(week)s) / (sum(operation_skill:wolkvox_offered_calls:increase%(w)s{%%(skill)s} offset %(week)s) > 0)' %
                           { w: rules.short_window, week: c.week }, 'last week'),
        ],
        thresholds=g.high(c.abandonment.warning, c.abandonment.critical)
      ),
    ]
  )
