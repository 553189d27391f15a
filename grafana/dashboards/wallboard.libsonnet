// Wallboard: what is happening now, to be read from across the room.
function(_config, g)
  local c = _config.dashboards;
  local rules = _config.rules;
  local state(regex) = 'sum(wolkvox_agents{%%(operation)s, status=~"%s"}) or vector(0) and on () sum(wolkvox_agents{%%(operation)s})' % regex;
  local no_state = std.join('|', [c.states[s] for s in std.objectFields(c.states)]);
  local threshold = c.service_level.threshold;

  g.dashboard(
    'wallboard',
    'Wallboard',
    'Queues, agents, service level and abandonment at this moment. Figures are as fresh as the last poll of the platform (once a minute by default); what is too old is withdrawn and shows as no data.',
    ['operation', 'skill'],
    { from: 'now-6h', to: 'now' },
    [
      g.row('Now'),
      g.stat(
        'Calls waiting',
        'Calls in the queues of the chosen skills, as of the last poll of skills (once a minute).',
        'short',
        [g.now('skills', 'sum(wolkvox_skill_queue_calls{%(skill)s})')],
        thresholds=g.high(c.queue.warning, c.queue.critical)
      ),
      g.stat(
        'Agents ready',
        'Agents of the operation who wait for a call, as of the last poll of agents (once a minute). The platform does not tell which skills they serve.',
        'short',
        [g.now('agents', state(c.states.ready))],
        thresholds=g.low(3, 1)
      ),
      g.stat(
        'Agents on a call',
        'Agents of the operation who talk or whose telephone rings, as of the last poll of agents (once a minute).',
        'short',
        [g.now('agents', state(c.states.talk + '|' + c.states.ring))],
        thresholds=g.plain('blue')
      ),
      g.stat(
        'Agents in pause',
        'Agents of the operation who are logged in and in any other state than ready, ringing, talking or after-call work, as of the last poll of agents (once a minute).',
        'short',
        [g.now('agents', 'sum(wolkvox_agents{%%(operation)s, status!~"%s"}) or vector(0) and on () sum(wolkvox_agents{%%(operation)s})' % no_state)],
        thresholds=g.plain('orange')
      ),
      g.stat(
        'Service level',
        'Share of the calls offered in the last 30 minutes that were answered within the threshold; abandoned calls count against it. Recorded once a minute from the live counters.',
        'percentunit',
        [g.now('rules', |||
          sum(operation_skill_threshold:wolkvox_in_time_calls:increase%(window)s{%%(skill)s, threshold="%(threshold)s"})
          /
          (sum(operation_skill:wolkvox_offered_calls:increase%(window)s{%%(skill)s}) > 0)
        ||| % { window: rules.short_window, threshold: threshold })],
        thresholds=g.low(c.service_level.warning, c.service_level.target)
      ),
      g.stat(
        'Abandonment',
        'Share of the calls offered in the last 30 minutes that were abandoned, short abandons included. Recorded once a minute from the live counters.',
        'percentunit',
        [g.now('rules', |||
          sum(operation_skill:wolkvox_abandoned_calls:increase%(window)s{%%(skill)s})
          /
          (sum(operation_skill:wolkvox_offered_calls:increase%(window)s{%%(skill)s}) > 0)
        ||| % { window: rules.short_window })],
        thresholds=g.high(c.abandonment.warning, c.abandonment.critical)
      ),

      g.row('Queues'),
      g.bars(
        'Calls waiting by skill',
        'Calls in the queue of each skill, as of the last poll of skills (once a minute).',
        'short',
        [g.now('skills', 'sort_desc(sum by (operation, skill) (wolkvox_skill_queue_calls{%(skill)s}))', '{{operation}} · {{skill}}')],
        size=[8, 9],
        thresholds=g.high(c.queue.warning, c.queue.critical)
      ),
      g.lines(
        'Queues over time',
        'Calls in the queue of each skill at every poll of skills (once a minute). A queue that rose and fell between two polls does not show.',
        'short',
        [g.range('skills', 'sum by (operation, skill) (wolkvox_skill_queue_calls{%(skill)s})', '{{operation}} · {{skill}}')],
        size=[16, 9],
        steps=true
      ),

      g.row('Skills'),
      g.table(
        'Skills today',
        "Calls of each skill since the platform's midnight, its service level and abandonment today and in the last 30 minutes. Recorded once a minute from the live counters; service level is answered in time of offered.",
        [
          g.rows('skills', 'sum by (operation, skill) (wolkvox_skill_queue_calls{%(skill)s})'),
          g.rows('rules', 'sum by (operation, skill) (operation_skill:wolkvox_offered_calls:today{%(skill)s})'),
          g.rows('rules', 'sum by (operation, skill) (operation_skill:wolkvox_answered_calls:today{%(skill)s})'),
          g.rows('rules', 'sum by (operation, skill) (operation_skill:wolkvox_abandoned_calls:today{%(skill)s})'),
          g.rows('rules', 'avg by (operation, skill) (operation_skill_threshold:wolkvox_service_level:today{%%(skill)s, threshold="%s"})' % threshold),
          g.rows('rules', 'avg by (operation, skill) (operation_skill_threshold:wolkvox_service_level:ratio%s{%%(skill)s, threshold="%s"})' % [rules.short_window, threshold]),
          g.rows('rules', 'avg by (operation, skill) (operation_skill:wolkvox_abandonment:today{%(skill)s})'),
          g.rows('rules', 'avg by (operation, skill) (operation_skill:wolkvox_abandonment:ratio%s{%%(skill)s})' % rules.short_window),
        ],
        [
          { label: 'operation', title: 'Operation' },
          { label: 'skill', title: 'Skill' },
          { value: 0, title: 'Waiting', unit: 'short', thresholds: g.high(c.queue.warning, c.queue.critical) },
          { value: 1, title: 'Offered', unit: 'short' },
          { value: 2, title: 'Answered', unit: 'short' },
          { value: 3, title: 'Abandoned', unit: 'short' },
          { value: 4, title: 'Service level today', unit: 'percentunit', thresholds: g.low(c.service_level.warning, c.service_level.target) },
          { value: 5, title: 'Service level, 30 min', unit: 'percentunit', thresholds: g.low(c.service_level.warning, c.service_level.target) },
          { value: 6, title: 'Abandonment today', unit: 'percentunit', thresholds: g.high(c.abandonment.warning, c.abandonment.critical) },
          { value: 7, title: 'Abandonment, 30 min', unit: 'percentunit', thresholds: g.high(c.abandonment.warning, c.abandonment.critical) },
        ],
        size=[24, 9],
        sort='Waiting'
      ),

      g.row('Agents'),
      g.lines(
        'Agents by status',
        'Number of agents of the operation in each status at every poll of agents (once a minute), logged-out agents left out. Names of pauses are those of the operation.',
        'short',
        [g.range('agents', 'sum by (status) (wolkvox_agents{%%(operation)s, status!~"%s"})' % c.states.logout, '{{status}}')],
        size=[12, 10],
        stacked=true,
        steps=true
      ),
      g.table(
        'Longest in their state',
        'The agents who have been longest in the state they are in, logged-out agents left out, as of the last poll of agents (once a minute).',
        [g.rows('agents', |||
          topk(%(rows)s,
            max by (operation, agent, status) (
              max by (job, operation, agent_id, agent) (wolkvox_agent_status_seconds{%%(operation)s})
              * on (job, operation, agent_id, agent) group_right ()
              wolkvox_agent_status{%%(operation)s, status!~"%(logout)s"}
            )
          )
        ||| % { rows: c.rows, logout: c.states.logout })],
        [
          { label: 'operation', title: 'Operation' },
          { label: 'agent', title: 'Agent' },
          { label: 'status', title: 'State' },
          { value: 0, title: 'For', unit: 'dtdurations', thresholds: g.high(c.state_seconds.warning, c.state_seconds.critical) },
        ],
        size=[12, 10],
        sort='For'
      ),
      g.stat(
        'Age of these figures',
        'Time since the last successful poll of the live reports, as of the last scrape. Yellow after two, red after three polls that did not come.',
        's',
        [g.now(
          'exporter',
          'max by (collector) (time() - wolkvox_poll_last_success_timestamp_seconds{%(operation)s, collector=~"agents|skills"})',
          '{{collector}}'
        )],
        size=[24, 4],
        thresholds=g.high(120, 180)
      ),
    ]
  )
