// Agents: what each of them does and did; choose one for the details.
function(_config, g)
  local c = _config.dashboards;
  local rules = _config.rules;
  local states = c.states;
  local known = std.join('|', [states[s] for s in std.objectFields(states)]);
  local share(what) = 'sum by (operation, agent) (rate(wolkvox_agent_%s_seconds_total{%%(agent)s}[$__rate_interval]))' % what;
  local spent(what) = 'sum by (operation, agent_id, agent) (increase(wolkvox_agent_%s{%%(agent)s}[$__range]))' % what;
  // A state as a number, so that it can have a colour.
  local class(regex, number) = 'wolkvox_agent_status{%%(agent)s, status=~"%s"} * %d' % [regex, number];

  g.dashboard(
    'agents',
    'Agents',
    'State, work and times of the agents. Choose one agent above, or click on a name in the table, for the details. Live figures are a minute old; hold and mute come from a day report that the platform rebuilds every ten minutes.',
    ['operation', 'agent'],
    { from: 'now/d', to: 'now' },
    [
      g.row('States'),
      g.timeline(
        'State of each agent',
        'What each agent was doing at every poll of agents (once a minute). Any state that is not ready, ringing, talking, after-call work or logged out is a pause. Shorter states may fall between two polls.',
        'none',
        [g.range('agents', 'max by (operation, agent) (\n  ' + std.join('\n  or ', [
          class(states.ready, 1),
          class(states.ring, 2),
          class(states.talk, 3),
          class(states.acw, 4),
          class(states.logout, 0),
          'wolkvox_agent_status{%%(agent)s, status!~"%s"} * 5' % known,
        ]) + '\n)', '{{operation}} · {{agent}}')],
        size=[24, 12],
        mappings=g.mapping({
          '0': { text: 'Logged out', color: 'text' },
          '1': { text: 'Ready', color: 'green' },
          '2': { text: 'Ringing', color: 'yellow' },
          '3': { text: 'Talking', color: 'blue' },
          '4': { text: 'After-call work', color: 'purple' },
          '5': { text: 'Pause', color: 'orange' },
        })
      ),
      g.bars(
        'Time in the present state',
        'How long each agent has been in the state they are in, logged-out agents left out, as of the last poll of agents (once a minute).',
        'dtdurations',
        [g.now('agents', |||
          sort_desc(
            max by (operation, agent, status) (
              max by (job, operation, agent_id, agent) (wolkvox_agent_status_seconds{%%(agent)s})
              * on (job, operation, agent_id, agent) group_right ()
              wolkvox_agent_status{%%(agent)s, status!~"%s"}
            )
          )
        ||| % states.logout, '{{agent}} · {{status}}')],
        size=[12, 10],
        thresholds=g.high(c.state_seconds.warning, c.state_seconds.critical)
      ),
      g.lines(
        'Named states of the chosen agents',
        'Agents in each state by its own name, pauses of the operation included, at every poll of agents (once a minute).',
        'short',
        [g.range('agents', 'sum by (status) (wolkvox_agent_status{%%(agent)s, status!~"%s"})' % states.logout, '{{status}}')],
        size=[12, 10],
        stacked=true,
        steps=true
      ),

      g.row('Each agent in the chosen time'),
      g.table(
        'Agents',
        'Calls and times of each agent in the chosen time by the live counters (a minute old), hold and mute by the day report (10 to 20 minutes old), occupancy and average handle time of the day as the platform computes them. Click on a name for that agent alone.',
        [
          g.rows('agents', spent('calls_total')),
          g.rows('agents', spent('talk_seconds_total')),
          g.rows('agents', spent('ready_seconds_total')),
          g.rows('agents', spent('acw_seconds_total')),
          g.rows('agents', spent('aux_seconds_total')),
          g.rows('agents', spent('ring_seconds_total')),
          g.rows('agents', spent('login_seconds_total')),
          g.rows('hold_mute', spent('hold_seconds_total')),
          g.rows('hold_mute', spent('mute_seconds_total')),
          g.rows('hold_mute', spent('hold_mute_uses_total')),
          g.rows('agents', 'avg by (operation, agent_id, agent) (wolkvox_agent_occupancy_ratio{%(agent)s})'),
          g.rows('agents', 'avg by (operation, agent_id, agent) (wolkvox_agent_average_handle_seconds{%(agent)s})'),
        ],
        [
          { label: 'operation', title: 'Operation' },
          { label: 'agent_id', title: 'Agent number' },
          {
            label: 'agent',
            title: 'Agent',
            link: {
              title: '${__value.text}',
              url: '/d/%s?${datasource:queryparam}&${job:queryparam}&${operation:queryparam}&var-agent=${__value.raw}&${__url_time_range}' % g.uid('agents'),
            },
          },
          { value: 0, title: 'Calls', unit: 'short' },
          { value: 1, title: 'Talk', unit: 'dtdurations' },
          { value: 2, title: 'Ready time', unit: 'dtdurations' },
          { value: 3, title: 'After-call work', unit: 'dtdurations' },
          { value: 4, title: 'Pauses', unit: 'dtdurations' },
          { value: 5, title: 'Ring', unit: 'dtdurations' },
          { value: 6, title: 'Logged in', unit: 'dtdurations' },
          { value: 7, title: 'Hold', unit: 'dtdurations' },
          { value: 8, title: 'Mute', unit: 'dtdurations' },
          { value: 9, title: 'Hold and mute uses', unit: 'short' },
          { value: 10, title: 'Occupancy today', unit: 'percentunit', thresholds: g.high(c.occupancy.warning, c.occupancy.critical) },
          { value: 11, title: 'Handle time today', unit: 's' },
        ],
        size=[24, 12],
        sort='Calls'
      ),

      g.row('Where the time goes'),
      g.lines(
        'Time by kind, all chosen agents',
        'Agents who talked, waited, wrote up, rang and paused, on average over windows of four minutes or more: 1 is one agent all the time. By the live counters (a minute old).',
        'short',
        [
          g.range('agents', 'sum(rate(wolkvox_agent_talk_seconds_total{%(agent)s}[$__rate_interval]))', 'talk'),
          g.range('agents', 'sum(rate(wolkvox_agent_ready_seconds_total{%(agent)s}[$__rate_interval]))', 'ready'),
          g.range('agents', 'sum(rate(wolkvox_agent_acw_seconds_total{%(agent)s}[$__rate_interval]))', 'after-call work'),
          g.range('agents', 'sum(rate(wolkvox_agent_ring_seconds_total{%(agent)s}[$__rate_interval]))', 'ring'),
          g.range('agents', 'sum(rate(wolkvox_agent_aux_seconds_total{%(agent)s}[$__rate_interval]))', 'pause'),
        ],
        size=[24, 9],
        stacked=true
      ),
      g.lines(
        'Talk',
        'Share of the time each agent talked, over windows of four minutes or more, by the live counters (a minute old).',
        'percentunit',
        [g.range('agents', share('talk'), '{{operation}} · {{agent}}')]
      ),
      g.lines(
        'Ready time',
        'Share of the time each agent waited for calls, over windows of four minutes or more, by the live counters (a minute old).',
        'percentunit',
        [g.range('agents', share('ready'), '{{operation}} · {{agent}}')]
      ),
      g.lines(
        'After-call work',
        'Share of the time each agent spent in after-call work, over windows of four minutes or more, by the live counters (a minute old).',
        'percentunit',
        [g.range('agents', share('acw'), '{{operation}} · {{agent}}')]
      ),
      g.lines(
        'Pauses',
        'Share of the time each agent spent in pauses, over windows of four minutes or more, by the live counters (a minute old).',
        'percentunit',
        [g.range('agents', share('aux'), '{{operation}} · {{agent}}')]
      ),
      g.lines(
        'Hold',
        'Minutes per hour each agent kept callers on hold, over windows of 40 minutes or more, because the platform rebuilds the day report every ten minutes; 10 to 20 minutes old.',
        'm',
        [g.range('hold_mute', share('hold') + ' * 60', '{{operation}} · {{agent}}')]
      ),
      g.lines(
        'Mute',
        'Minutes per hour each agent was muted, over windows of 40 minutes or more, because the platform rebuilds the day report every ten minutes; 10 to 20 minutes old.',
        'm',
        [g.range('hold_mute', share('mute') + ' * 60', '{{operation}} · {{agent}}')]
      ),

      g.row('Occupancy and handle time'),
      g.lines(
        'Occupancy',
        'Ring, talk and after-call work of the time not in pause, over one hour, for each agent. Recorded once a minute from the live counters. Above 85 % for long wears people out.',
        'percentunit',
        [g.range('rules', 'operation_agent:wolkvox_occupancy:ratio%s{%%(agent)s}' % rules.window, '{{operation}} · {{agent}}')],
        thresholds=g.high(c.occupancy.warning, c.occupancy.critical)
      ),
      g.lines(
        'Average handle time',
        'Talk and after-call work per inbound and outbound call, over one hour, for each agent. Recorded once a minute from the live counters.',
        's',
        [g.range('rules', 'operation_agent:wolkvox_handle_seconds:mean%s{%%(agent)s}' % rules.window, '{{operation}} · {{agent}}')]
      ),
      g.lines(
        'Hold and mute of talk time',
        'Hold time and mute time of the chosen agents as shares of their talk time, over one hour. Recorded once a minute; the day report makes it 20 minutes old.',
        'percentunit',
        [
          g.range('rules', 'avg by (operation, agent) (operation_agent:wolkvox_hold_share:ratio%s{%%(agent)s})' % rules.window, '{{agent}} · hold'),
          g.range('rules', 'avg by (operation, agent) (operation_agent:wolkvox_mute_share:ratio%s{%%(agent)s})' % rules.window, '{{agent}} · mute'),
        ]
      ),
      g.lines(
        'Calls by direction',
        'Calls of the chosen agents per hour, by direction, over windows of four minutes or more, by the live counters (a minute old).',
        'short',
        [g.range('agents', 'sum by (direction) (rate(wolkvox_agent_calls_total{%(agent)s}[$__rate_interval])) * 3600', '{{direction}}')]
      ),
    ]
  )
