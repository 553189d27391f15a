// Recording rules of the KPIs, and the text that defines them (rules/definitions.md).
// Parts are sums and differences that add up over skills, agents and operations; a KPI divides
// parts that were added up first, so that it is right at every level.
// Without instance: Prometheus drops it from series of an operation where several exporters share them,
// and an exporter that moves keeps its history.
local in_skill = ['job', 'operation', 'skill_id', 'skill'];
local in_agent = ['job', 'operation', 'agent_id', 'agent'];
local in_operation = ['job', 'operation'];
local by(labels) = '(' + std.join(', ', labels) + ')';

{
  local rules = $._config.rules,
  local short = rules.short_window,
  local window = rules.window,
  local delay = rules.report_delay,

  local length_in_seconds(duration) =
    local digits = std.length(duration) - 1;
    std.parseInt(duration[:digits]) * { s: 1, m: 60, h: 3600, d: 86400 }[duration[digits]],

  // -- Skills ------------------------------------------------------------------------------------

  local of_skill(name) = 'operation_skill:wolkvox_' + name,
  local in_time = 'operation_skill_threshold:wolkvox_in_time_calls',
  local abandoned_in_time = 'operation_skill_threshold:wolkvox_abandoned_in_time_calls',

  local today(name) = {
    record: of_skill(name + '_calls:today'),
    expr: 'sum by %s (wolkvox_skill_%s_calls_total)' % [by(in_skill), name],
    means:: 'Calls %s today, by the live counters of the platform.' % name,
  },

  // What a counter of the day has grown by; exact, because nothing is extrapolated. The day's
  // start shows in the offered calls, which only ever fall then.
  local grown(series, over, means) = {
    local offered = of_skill('offered_calls:today'),
    record: '%s:increase%s' % [series, over],
    expr: |||
      (
        %(series)s:today - %(series)s:today offset %(over)s
        and on %(labels)s (%(offered)s >= %(offered)s offset %(over)s)
      )
      or
      (%(series)s:today and on %(labels)s (%(offered)s < %(offered)s offset %(over)s))
    ||| % { series: series, over: over, labels: by(in_skill), offered: offered },
    means:: means + (' in the last %s. After midnight: since midnight.' % over),
  },

  local seconds(values) = '(%s)([.]0)?' % std.join('|', values),

  local skill_parts = [
    today('offered'),
    today('answered'),
    today('abandoned'),
    {
      record: in_time + ':today',
      expr: |||
        round(
          sum by %(labels)s (wolkvox_skill_service_level_ratio)
          * on %(join)s group_left ()
          operation_skill:wolkvox_%(of)s_calls:today
        )
      ||| % { labels: by(in_skill + ['threshold']), join: by(in_skill), of: rules.service_level_of },
      means:: |||
        Calls answered within `threshold` seconds today: the platform's service level times the %s calls, which is whole again after rounding up to some 5,000 calls a day and skill.
      ||| % rules.service_level_of,
    },
  ] + std.flattenArrays([
    [
      grown(of_skill('offered_calls'), over, 'Calls offered'),
      grown(of_skill('answered_calls'), over, 'Calls answered'),
      grown(of_skill('abandoned_calls'), over, 'Calls abandoned, by the live counters'),
      grown(in_time, over, 'Calls answered within `threshold` seconds'),
    ]
    for over in [short, window]
  ]) + [
    {
      record: of_skill('reported_abandoned_calls:increase' + window),
      expr: 'sum by %s (increase(wolkvox_abandoned_call_wait_seconds_count[%s]))' % [by(in_skill), window],
      means:: 'Abandoned calls that the report of abandoned calls has shown in the last %s.' % window,
    },
    {
      record: of_skill('short_abandoned_calls:increase' + window),
      expr: 'sum by %s (increase(wolkvox_abandoned_call_wait_seconds_bucket{le=~"%s"}[%s]))' %
            [by(in_skill), seconds([rules.short_abandon_seconds]), window],
      means:: 'Those of them that waited %s seconds or less: short abandons.' % rules.short_abandon_seconds,
    },
    {
      record: abandoned_in_time + ':increase' + window,
      expr: |||
        sum by %(labels)s (
          label_replace(
            increase(wolkvox_abandoned_call_wait_seconds_bucket{le=~"%(seconds)s"}[%(window)s]),
            "threshold", "$1", "le", "([0-9]+)(?:[.]0)?"
          )
        )
      ||| % { labels: by(in_skill + ['threshold']), seconds: seconds(rules.thresholds), window: window },
      means:: 'Those of them that waited `threshold` seconds or less.',
    },
    {
      record: of_skill('wait_seconds:increase' + window),
      expr: 'sum by %s (avg_over_time(wolkvox_skill_queue_calls[%s])) * %d' %
            [by(in_skill), window, length_in_seconds(window)],
      means:: "Time that all callers together waited in the last %s: mean queue times length of the window (Little's law)." % window,
    },
    {
      record: of_skill('abandoned_wait_seconds:increase' + window),
      expr: 'sum by %s (increase(wolkvox_abandoned_call_wait_seconds_sum[%s]))' % [by(in_skill), window],
      means:: 'Time that the abandoned calls of the report waited.',
    },
  ],

  // A quotient of parts: at the level of the skill, and of the operation after adding them up.
  local levels_of_skills(labels) = [
    {
      name: level.name + (if labels == [] then '' else '_threshold'),
      join: 'on %s group_left ()' % by(level.labels),
      read(part):: if level.sum then 'sum by %s (%s)' % [by(level.labels + part.labels), part.series]
      else part.series,
    }
    for level in [
      { name: 'operation_skill', labels: in_skill, sum: false },
      { name: 'operation', labels: in_operation, sum: true },
    ]
  ],
  local skill_ratios(name, suffix, labels, above, below, means) = [
    {
      local terms(parts) = std.join(' ', [part.sign + level.read(part) for part in parts]),
      record: level.name + ':wolkvox_' + name + ':' + suffix,
      expr: '(%s)\n/%s\n(%s > 0)\n' % [
        terms(above),
        if below[0].labels == labels then '' else ' ' + level.join,
        terms(below),
      ],
      means:: means,
    }
    for level in levels_of_skills(labels)
  ],
  local part(series, labels=[], sign='') = { series: series, labels: labels, sign: sign },
  local plus(p) = p { sign: '+ ' },
  local minus(p) = p { sign: '- ' },

  local skill_kpis =
    local threshold = ['threshold'];
    local offered(w) = part(of_skill('offered_calls:' + w));
    local answered(w) = part(of_skill('answered_calls:' + w));
    local abandoned(w) = part(of_skill('abandoned_calls:' + w));
    local timely(w) = part(in_time + ':' + w, threshold);
    local earlier(p) = p { series: p.series + ' offset ' + delay };
    local lapse = 'increase' + window;
    local gave_up = part(abandoned_in_time + ':' + lapse, threshold);
    std.flattenArrays([
      skill_ratios(
        'service_level',
        suffix.ratio,
        threshold,
        [timely(suffix.part)],
        [offered(suffix.part)],
        'Service level of offered calls: answered within `threshold` seconds / offered, %s. An abandoned call counts against it, however short.' % suffix.words
      ) + skill_ratios(
        'service_level_of_answered',
        suffix.ratio,
        threshold,
        [timely(suffix.part)],
        [answered(suffix.part)],
        'Service level of answered calls: answered within `threshold` seconds / answered, %s. Abandoned calls do not count at all: read it beside the abandonment.' % suffix.words
      ) + skill_ratios(
        'abandonment',
        suffix.ratio,
        [],
        [abandoned(suffix.part)],
        [offered(suffix.part)],
        'Abandonment: abandoned / offered, %s, short abandons included.' % suffix.words
      )
      for suffix in [
        { ratio: 'today', part: 'today', words: 'today' },
        { ratio: 'ratio' + short, part: 'increase' + short, words: 'last ' + short },
        { ratio: 'ratio' + window, part: 'increase' + window, words: 'last ' + window },
      ]
    ]) + net_service_level(threshold, earlier(timely(lapse)), earlier(offered(lapse)), gave_up) +
    skill_ratios(
      'service_level_with_abandons',
      'ratio' + window,
      threshold,
      [earlier(timely(lapse)), plus(gave_up)],
      [earlier(offered(lapse))],
      'Service level that counts early abandons as served: (answered + abandoned within `threshold` seconds) / offered, last %s as of %s ago.' % [window, delay]
    ) +
    skill_ratios(
      'abandonment_without_short',
      'ratio' + window,
      [],
      [
        part(of_skill('reported_abandoned_calls:' + lapse)),
        minus(part(of_skill('short_abandoned_calls:' + lapse))),
      ],
      [earlier(offered(lapse)), minus(part(of_skill('short_abandoned_calls:' + lapse)))],
      'Abandonment without short abandons: (abandoned - abandoned within %s s) / (offered - abandoned within %s s), last %s as of %s ago.' %
      [rules.short_abandon_seconds, rules.short_abandon_seconds, window, delay]
    ) +
    skill_ratios(
      'answer_seconds',
      'estimate' + window,
      [],
      [
        earlier(part(of_skill('wait_seconds:' + lapse))),
        minus(part(of_skill('abandoned_wait_seconds:' + lapse))),
      ],
      [earlier(answered(lapse))],
      'Average speed of answer (ASA), estimated: (waiting time of all callers - that of abandoned calls) / answered calls, last %s as of %s ago. The platform publishes no wait of answered calls; the queue is seen once a poll, so this is sound for busy skills and rough, even below 0, for quiet ones.' % [window, delay]
    ),

  // Its divisor mixes parts with and without `threshold`.
  local net_service_level(threshold, timely, offered, gave_up) = [
    {
      record: level.name + ':wolkvox_service_level_without_abandons:ratio' + window,
      expr: |||
        (%(timely)s)
        /
        (-(%(gave_up)s - %(join)s %(offered)s) > 0)
      ||| % {
        timely: level.read(timely),
        gave_up: level.read(gave_up),
        join: level.join,
        offered: level.read(offered),
      },
      means:: 'Service level without early abandons: answered within `threshold` seconds / (offered - abandoned within `threshold` seconds), last %s as of %s ago. The usual definition in contracts.' % [window, delay],
    }
    for level in levels_of_skills(threshold)
  ],

  // -- Agents ------------------------------------------------------------------------------------

  local levels = (if rules.by_agent then [{ name: 'operation_agent', labels: in_agent }] else []) +
                 [{ name: 'operation', labels: in_operation }],

  local agent_part(level, name, source, means) = {
    record: '%s:wolkvox_agent_%s:increase%s' % [level.name, name, window],
    expr: 'sum by %s (increase(%s[%s]))' % [by(level.labels), source, window],
    means:: means + ', last %s.' % window,
  },
  local agent_parts = std.flattenArrays([
    [
      agent_part(level, 'calls', 'wolkvox_agent_calls_total{direction=~"inbound|outbound"}', 'Inbound and outbound calls of agents'),
      agent_part(level, 'talk_seconds', 'wolkvox_agent_talk_seconds_total', 'Time agents talked'),
      agent_part(level, 'acw_seconds', 'wolkvox_agent_acw_seconds_total', 'Time in after-call work'),
      agent_part(level, 'ring_seconds', 'wolkvox_agent_ring_seconds_total', 'Time calls rang at agents'),
      agent_part(level, 'ready_seconds', 'wolkvox_agent_ready_seconds_total', 'Time agents waited for calls'),
      agent_part(level, 'hold_seconds', 'wolkvox_agent_hold_seconds_total', 'Time callers were on hold, by the day report'),
      agent_part(level, 'mute_seconds', 'wolkvox_agent_mute_seconds_total', 'Time agents were muted, by the day report'),
    ]
    for level in levels
  ]),

  local agent_kpi(level, name, suffix, expr, means) = {
    local series(part) = '%s:wolkvox_agent_%s:increase%s' % [level.name, part, window],
    record: '%s:wolkvox_%s:%s%s' % [level.name, name, suffix, window],
    expr: expr % {
      [part]: series(part)
      for part in ['calls', 'talk_seconds', 'acw_seconds', 'ring_seconds', 'ready_seconds', 'hold_seconds', 'mute_seconds']
    } + '\n',
    means:: means,
  },
  local agent_kpis = std.flattenArrays([
    [
      agent_kpi(
        level,
        'handle_seconds',
        'mean',
        '(%(talk_seconds)s + %(acw_seconds)s)\n/\n(%(calls)s > 0)',
        'Average handle time (AHT): (talk + after-call work) / (inbound + outbound calls), last %s. Hold is part of talk where the platform counts it so.' % window
      ),
      agent_kpi(
        level,
        'occupancy',
        'ratio',
        '(%(ring_seconds)s + %(talk_seconds)s + %(acw_seconds)s)\n/\n(%(ring_seconds)s + %(talk_seconds)s + %(acw_seconds)s + %(ready_seconds)s > 0)',
        'Occupancy: (ring + talk + after-call work) / (ring + talk + after-call work + ready), last %s. Pauses are not in it.' % window
      ),
      agent_kpi(
        level,
        'hold_share',
        'ratio',
        '%(hold_seconds)s\n/\n(%(talk_seconds)s offset ' + delay + ' > 0)',
        'Hold share: hold / talk, last %s as of %s ago.' % [window, delay]
      ),
      agent_kpi(
        level,
        'mute_share',
        'ratio',
        '%(mute_seconds)s\n/\n(%(talk_seconds)s offset ' + delay + ' > 0)',
        'Mute share: mute / talk, last %s as of %s ago.' % [window, delay]
      ),
    ]
    for level in levels
  ]),

  kpiRecordings:: {
    groups: [
      { name: 'wolkvox-skills', interval: rules.interval, rules: skill_parts + skill_kpis },
      { name: 'wolkvox-agents', interval: rules.interval, rules: agent_parts + agent_kpis },
    ],
  },

  // The written definitions, from the same source as the rules.
  ruleDefinitions:: std.join('\n', [
    '# What the recorded series mean',
    '',
    'Written by `grafana/render.sh` from `rules.libsonnet`; do not edit. Every series keeps `job`, none `instance`; the first part of its name tells its other labels.',
    "`today` is since the platform's midnight, `increase%s` a difference over that window, `ratio%s` a quotient over it (1 = 100 %%)." % [window, window],
    '',
  ] + std.flattenArrays([
    [
      '## ' + section.title,
      '',
      '| series | meaning |',
      '| --- | --- |',
    ] + [
      '| `%s` | %s |' % [rule.record, std.strReplace(rule.means, '\n', '')]
      for rule in section.rules
    ] + ['']
    for section in [
      { title: 'Skills: KPIs', rules: skill_kpis },
      { title: 'Skills: parts', rules: skill_parts },
      { title: 'Agents: KPIs', rules: agent_kpis },
      { title: 'Agents: parts', rules: agent_parts },
    ]
  ])),
}
