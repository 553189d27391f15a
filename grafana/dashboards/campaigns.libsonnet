// Campaigns: what is dialled, what comes of it and how much is left.
function(_config, g)
  local results = 'sum by (result) (rate(wolkvox_campaign_results_total{%(campaign)s}[$__rate_interval])) * 60';
  local rate(what) = 'sum by (operation, campaign) (rate(wolkvox_campaign_%s_total{%%(campaign)s}[$__rate_interval])) * 60' % what;
  local spent(what) = 'sum by (operation, campaign) (increase(wolkvox_campaign_%s{%%(campaign)s}[$__range]))' % what;

  g.dashboard(
    'campaigns',
    'Campaigns',
    'Dialling campaigns: speed, calls, results and what is left of their lists, as of the last poll of campaigns (once a minute).',
    ['operation', 'campaign'],
    { from: 'now/d', to: 'now' },
    [
      g.row('Now'),
      g.stat(
        'Campaigns running',
        'Campaigns of the choice that are started, as of the last poll of campaigns (once a minute).',
        'short',
        [g.now('campaigns', 'sum(wolkvox_campaign_running{%(campaign)s})')],
        size=[6, 4],
        thresholds=g.plain('green')
      ),
      g.stat(
        'Calls a minute',
        'Calls that the chosen campaigns dial per minute, as the platform tells it at the last poll of campaigns (once a minute).',
        'cpm',
        [g.now('campaigns', 'sum(wolkvox_campaign_calls_per_minute{%(campaign)s})')],
        size=[6, 4],
        thresholds=g.plain('blue')
      ),
      g.stat(
        'Records not yet dialled',
        'Records of the chosen campaigns that no call has been made to, as of the last poll of campaigns (once a minute).',
        'short',
        [g.now('campaigns', 'sum(wolkvox_campaign_clean_records{%(campaign)s})')],
        size=[6, 4],
        thresholds=g.plain('blue')
      ),
      g.stat(
        'Answered of dialled calls',
        'Share of the calls dialled in the chosen time that a person answered, by the live counters (once a minute).',
        'percentunit',
        [g.now('campaigns', 'sum(increase(wolkvox_campaign_results_total{%(campaign)s, result="answer"}[$__range])) / (sum(increase(wolkvox_campaign_dialled_calls_total{%(campaign)s}[$__range])) > 0)')],
        size=[6, 4],
        thresholds=g.plain('blue')
      ),
      g.timeline(
        'Started and stopped',
        'When each campaign was started or stopped, at every poll of campaigns (once a minute).',
        'none',
        [g.range('campaigns', 'max by (operation, campaign) (wolkvox_campaign_running{%(campaign)s})', '{{operation}} · {{campaign}}')],
        size=[24, 6],
        mappings=g.mapping({
          '0': { text: 'Stopped', color: 'text' },
          '1': { text: 'Running', color: 'green' },
        })
      ),

      g.row('Dialling'),
      g.lines(
        'Dialled calls',
        'Calls each campaign dialled per minute, over windows of four minutes or more, by the live counters.',
        'cpm',
        [g.range('campaigns', rate('dialled_calls'), '{{operation}} · {{campaign}}')]
      ),
      g.lines(
        'Results',
        'What became of the dialled calls of all chosen campaigns, per minute, over windows of four minutes or more, by the live counters.',
        'cpm',
        [g.range('campaigns', results, '{{result}}')],
        stacked=true
      ),
      g.lines(
        'Answered of dialled calls by campaign',
        "Share of each campaign's dialled calls that a person answered, over windows of four minutes or more, by the live counters.",
        'percentunit',
        [g.range('campaigns', |||
          sum by (operation, campaign) (rate(wolkvox_campaign_results_total{%(campaign)s, result="answer"}[$__rate_interval]))
          /
          (sum by (operation, campaign) (rate(wolkvox_campaign_dialled_calls_total{%(campaign)s}[$__rate_interval])) > 0)
        |||, '{{operation}} · {{campaign}}')]
      ),
      g.lines(
        'Hits',
        'Successes (hits) of each campaign per hour, over windows of four minutes or more, by the live counters.',
        'short',
        [g.range('campaigns', rate('hits') + ' * 60', '{{operation}} · {{campaign}}')]
      ),
      g.lines(
        'Speed set',
        'Dialling speed set for each campaign, at every poll of campaigns (once a minute).',
        'short',
        [g.range('campaigns', 'max by (operation, campaign) (wolkvox_campaign_speed{%(campaign)s})', '{{operation}} · {{campaign}}')],
        steps=true
      ),
      g.lines(
        'Calls a minute over time',
        'Calls each campaign dials per minute as the platform tells it, at every poll of campaigns (once a minute).',
        'cpm',
        [g.range('campaigns', 'sum by (operation, campaign) (wolkvox_campaign_calls_per_minute{%(campaign)s})', '{{operation}} · {{campaign}}')],
        steps=true
      ),

      g.row('Lists'),
      g.lines(
        'Penetration',
        'How far the list of each campaign has been worked through, for the day and now, as the platform tells it at every poll of campaigns (once a minute). More than 100 % is possible.',
        'percentunit',
        [g.range('campaigns', 'max by (operation, campaign, window) (wolkvox_campaign_penetration_ratio{%(campaign)s})', '{{operation}} · {{campaign}} · {{window}}')]
      ),
      g.lines(
        'Records left',
        'Records of each campaign not yet dialled, at every poll of campaigns (once a minute).',
        'short',
        [g.range('campaigns', 'sum by (operation, campaign) (wolkvox_campaign_clean_records{%(campaign)s})', '{{operation}} · {{campaign}}')]
      ),
      g.table(
        'Campaigns in the chosen time',
        'What each campaign dialled and reached in the chosen time by the live counters, and its list as of the last poll of campaigns (once a minute).',
        [
          g.rows('campaigns', 'max by (operation, campaign) (wolkvox_campaign_running{%(campaign)s})'),
          g.rows('campaigns', 'sum by (operation, campaign) (wolkvox_campaign_records{%(campaign)s})'),
          g.rows('campaigns', 'sum by (operation, campaign) (wolkvox_campaign_clean_records{%(campaign)s})'),
          g.rows('campaigns', spent('dialled_calls_total')),
          g.rows('campaigns', 'sum by (operation, campaign) (increase(wolkvox_campaign_results_total{%(campaign)s, result="answer"}[$__range]))'),
          g.rows('campaigns', spent('hits_total')),
          g.rows('campaigns', spent('recycled_total')),
        ],
        [
          { label: 'operation', title: 'Operation' },
          { label: 'campaign', title: 'Campaign' },
          { value: 0, title: 'Running', unit: 'bool_yes_no' },
          { value: 1, title: 'Records', unit: 'short' },
          { value: 2, title: 'Not yet dialled', unit: 'short' },
          { value: 3, title: 'Dialled', unit: 'short' },
          { value: 4, title: 'Answered', unit: 'short' },
          { value: 5, title: 'Hits', unit: 'short' },
          { value: 6, title: 'Recycled', unit: 'short' },
        ],
        size=[24, 9],
        sort='Dialled'
      ),
    ]
  )
