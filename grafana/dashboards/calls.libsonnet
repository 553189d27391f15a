// Calls and cost: every call of the reports, by type, campaign and code, and what it cost.
function(_config, g)
  local c = _config.dashboards;
  local sum_of(by, family, more='') = 'sum by (%s) (rate(wolkvox_%s{%%(agent_call)s%s}[$__rate_interval])) * 3600' % [by, family, more];
  local quantile(q) = 'histogram_quantile(%s, sum by (le) (increase(wolkvox_call_duration_seconds_bucket{%%(call)s}[$__rate_interval])))' % q;
  local in_range(by, family, matcher='agent_call') = 'sum by (%s) (increase(wolkvox_%s{%%(%s)s}[$__range]))' % [by, family, matcher];

  g.dashboard(
    'calls',
    'Calls and cost',
    'Calls by type, campaign and code, their durations and their cost. Both reports list a call 10 to 15 minutes after its end; each call is counted once, when it is first listed.',
    ['operation', 'skill', 'campaign', 'agent'],
    { from: 'now/d', to: 'now' },
    [
      g.row('In the chosen time'),
      g.stat(
        'Calls',
        'Calls that the report of calls has listed in the chosen time, each once (15 to 20 minutes old).',
        'short',
        [g.now('calls', 'sum(increase(wolkvox_calls_total{%(agent_call)s}[$__range]))')],
        thresholds=g.plain('blue')
      ),
      g.stat(
        'Mean duration',
        'Mean duration of the calls that the report of calls has listed in the chosen time (15 to 20 minutes old); the choice of agents does not apply.',
        's',
        [g.now('calls', 'sum(increase(wolkvox_call_duration_seconds_sum{%(call)s}[$__range])) / (sum(increase(wolkvox_call_duration_seconds_count{%(call)s}[$__range])) > 0)')],
        thresholds=g.plain('blue')
      ),
      g.stat(
        'Calls in the billing report',
        'Connected or classified calls that the billing report has listed in the chosen time, each once (15 to 25 minutes old).',
        'short',
        [g.now('cdr', 'sum(increase(wolkvox_cdr_calls_total{%(agent_call)s}[$__range]))')],
        thresholds=g.plain('blue')
      ),
      g.stat(
        'Cost',
        'Cost of the calls that the billing report has listed in the chosen time, by currency of the operation (15 to 25 minutes old).',
        'short',
        [g.now('cdr', 'sum by (currency) (increase(wolkvox_cdr_cost_total{%(agent_call)s}[$__range]))', '{{currency}}')],
        thresholds=g.plain('purple')
      ),
      g.stat(
        'Cost of a call',
        "Cost of the chosen time divided by the calls of the billing report, by currency (15 to 25 minutes old). Operations of other currencies count among the calls: choose one currency's operations.",
        'short',
        [g.now('cdr', |||
          sum by (currency) (increase(wolkvox_cdr_cost_total{%(agent_call)s}[$__range]))
          / on () group_left ()
          (sum(increase(wolkvox_cdr_calls_total{%(agent_call)s}[$__range])) > 0)
        |||, '{{currency}}')],
        thresholds=g.plain('purple')
      ),
      g.stat(
        'Billed of talk time',
        'Billed time divided by talk time of the billing report in the chosen time: above 100 % by the rounding to whole minutes (15 to 25 minutes old).',
        'percentunit',
        [g.now('cdr', 'sum(increase(wolkvox_cdr_billed_seconds_total{%(agent_call)s}[$__range])) / (sum(increase(wolkvox_cdr_talk_seconds_total{%(agent_call)s}[$__range])) > 0)')],
        thresholds=g.plain('blue')
      ),

      g.row('Calls'),
      g.lines(
        'Calls by type',
        'Calls per hour by type, over windows of 20 minutes or more, by the report of calls, which is polled every 5 minutes and 15 to 20 minutes old.',
        'short',
        [g.range('calls', sum_of('interaction', 'calls_total'), '{{interaction}}')],
        stacked=true
      ),
      g.lines(
        'Calls by who hung up',
        'Calls per hour by who ended them, over windows of 20 minutes or more, by the report of calls (15 to 20 minutes old).',
        'short',
        [g.range('calls', sum_of('hung_up', 'calls_total'), '{{hung_up}}')],
        stacked=true
      ),
      g.lines(
        'Calls by campaign',
        'Calls of campaigns per hour, over windows of 20 minutes or more, by the report of calls (15 to 20 minutes old). Calls without a campaign are left out.',
        'short',
        [g.range('calls', sum_of('operation, campaign', 'calls_total', ', campaign!=""'), '{{operation}} · {{campaign}}')]
      ),
      g.lines(
        'Calls by skill',
        'Calls per hour by skill, over windows of 20 minutes or more, by the report of calls (15 to 20 minutes old). Calls without a skill are left out.',
        'short',
        [g.range('calls', sum_of('operation, skill', 'calls_total', ', skill!=""'), '{{operation}} · {{skill}}')]
      ),

      g.row('Durations'),
      g.heatmap(
        'Durations of calls',
        'Number of calls by duration, over windows of 20 minutes or more, by the report of calls (15 to 20 minutes old); the choice of agents does not apply. Darker is more.',
        's',
        [g.buckets('calls', 'sum by (le) (increase(wolkvox_call_duration_seconds_bucket{%(call)s}[$__rate_interval]))')]
      ),
      g.lines(
        'Quantiles of the duration',
        'Half and nine tenths of the calls lasted no longer than this, interpolated inside the buckets; and the mean. Windows of 20 minutes or more, by the report of calls (15 to 20 minutes old).',
        's',
        [
          g.range('calls', quantile('0.5'), '50 %'),
          g.range('calls', quantile('0.9'), '90 %'),
          g.range('calls', 'sum(rate(wolkvox_call_duration_seconds_sum{%(call)s}[$__rate_interval])) / (sum(rate(wolkvox_call_duration_seconds_count{%(call)s}[$__rate_interval])) > 0)', 'mean'),
        ],
        size=[12, 9]
      ),

      g.row('Codes'),
      g.table(
        'Classification codes',
        'The codes that agents gave most often in the chosen time. A call is counted when its codes have settled, half an hour after its end; the choice of agents does not apply.',
        [g.rows('calls', 'topk(%d, %s)' % [c.rows * 3, in_range('operation, campaign, code, code_2', 'call_codes_total', 'call')])],
        [
          { label: 'operation', title: 'Operation' },
          { label: 'campaign', title: 'Campaign' },
          { label: 'code', title: 'Code' },
          { label: 'code_2', title: 'Second code' },
          { value: 0, title: 'Calls', unit: 'short' },
        ],
        size=[12, 10],
        sort='Calls'
      ),
      g.bars(
        'Calls by first code',
        'Calls of each first code in the chosen time, counted when their codes have settled, half an hour after the call.',
        'short',
        [g.now('calls', 'sort_desc(topk(%d, %s))' % [c.rows, in_range('code', 'call_codes_total', 'call')], '{{code}}')],
        size=[12, 10],
        thresholds=g.plain('blue')
      ),

      g.row('Cost'),
      g.lines(
        'Cost by type',
        'Cost per hour by type of call and currency, over windows of 40 minutes or more, because the billing report is polled every 10 minutes; 15 to 25 minutes old.',
        'short',
        [g.range('cdr', sum_of('currency, interaction', 'cdr_cost_total'), '{{interaction}} · {{currency}}')],
        stacked=true
      ),
      g.lines(
        'Cost by campaign',
        'Cost per hour by campaign and currency, over windows of 40 minutes or more, by the billing report (15 to 25 minutes old). Calls without a campaign are left out.',
        'short',
        [g.range('cdr', sum_of('operation, currency, campaign', 'cdr_cost_total', ', campaign!=""'), '{{operation}} · {{campaign}} · {{currency}}')]
      ),
      g.lines(
        'Talk and billed time',
        'Minutes per hour that calls lasted and that were billed, over windows of 40 minutes or more, by the billing report (15 to 25 minutes old).',
        'm',
        [
          g.range('cdr', 'sum(rate(wolkvox_cdr_talk_seconds_total{%(agent_call)s}[$__rate_interval])) * 60', 'talk'),
          g.range('cdr', 'sum(rate(wolkvox_cdr_billed_seconds_total{%(agent_call)s}[$__rate_interval])) * 60', 'billed'),
        ]
      ),
      g.lines(
        'Cost and the same time last week',
        'Cost per hour by currency, now and at the same time seven days before, over windows of 40 minutes or more, by the billing report (15 to 25 minutes old).',
        'short',
        [
          g.range('cdr', sum_of('currency', 'cdr_cost_total'), '{{currency}} · now'),
          g.range('cdr', 'sum by (currency) (rate(wolkvox_cdr_cost_total{%%(agent_call)s}[$__rate_interval] offset %s)) * 3600' % c.week, '{{currency}} · last week'),
        ]
      ),
      g.table(
        'Where the money goes',
        'Campaigns, skills and types of call with the highest cost in the chosen time, by the billing report (15 to 25 minutes old).',
        [g.rows('cdr', 'topk(%d, %s)' % [c.rows, in_range('operation, campaign, skill, interaction, currency', 'cdr_cost_total')])],
        [
          { label: 'operation', title: 'Operation' },
          { label: 'campaign', title: 'Campaign' },
          { label: 'skill', title: 'Skill' },
          { label: 'interaction', title: 'Type' },
          { label: 'currency', title: 'Currency' },
          { value: 0, title: 'Cost', unit: 'short' },
        ],
        size=[24, 9],
        sort='Cost'
      ),
    ]
  )
