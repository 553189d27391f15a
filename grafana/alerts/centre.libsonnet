// Alerts on the contact centre itself, beside abandonment: queues, service level, agents, cost.
local rule = import 'rule.libsonnet';

{
  local config = $._config.alerts,
  local by_skill = 'by (%s)' % std.join(', ', config.skill_labels),
  local on_skill = 'on (%s)' % std.join(', ', config.skill_labels),
  local by_operation = 'by (%s)' % std.join(', ', config.operation_labels),
  local on_operation = 'on (%s)' % std.join(', ', config.operation_labels),
  local selected(name, more='') =
    local both = std.filter(function(one) one != '', [config.selector, more]);
    if both == [] then name else '%s{%s}' % [name, std.join(',', both)],

  local queue = config.queue,
  local queue_calls = selected('wolkvox_skill_queue_calls'),

  // Missed by the platform's own day figures: what was offered and not answered in time.
  local level = config.service_level,
  local offered = 'sum %s (%s)' % [by_skill, selected('wolkvox_skill_offered_calls_total')],
  local missed(offset) = '(sum %(by)s (%(offered)s%(offset)s) * (1 - max %(by)s (%(ratio)s%(offset)s)))' % {
    by: by_skill,
    offered: selected('wolkvox_skill_offered_calls_total'),
    ratio: selected('wolkvox_skill_service_level_ratio', 'threshold=~"%s([.]0)?"' % level.threshold),
    offset: if offset == '' then '' else ' offset ' + offset,
  },
  local burn(window) = |||
    (
      (%(missed)s - %(before)s)
      /
      (%(offered)s - %(offered)s offset %(window)s >= %(calls)d)
      / %(allowed)g
    )
  ||| % {
    missed: missed(''),
    before: missed(window),
    offered: 'operation_skill:wolkvox_skill_offered_calls:today',
    window: window,
    calls: if window == '1h' then level.offered_calls else level.offered_calls / 4,
    allowed: 1 - level.target,
  },

  local stuck = config.stuck.states,
  // A state that an earlier entry names is not this entry's.
  local stuck_expr(index) =
    local earlier = std.join('|', [stuck[i].status for i in std.range(0, index - 1)]);
    '%s > %d\n  and on (operation, agent_id, agent, job)\n  %s' % [
      selected('wolkvox_agent_status_seconds'),
      stuck[index].seconds,
      selected('wolkvox_agent_status', 'status=~"%s",status!~"%s"' % [stuck[index].status, earlier]),
    ],

  local cost = config.cost,
  local cost_recorded = 'operation:wolkvox_cdr_cost:increase%s' % cost.window,
  local weeks_before = std.join('\n    or ', [
    'label_replace(%s offset %dw, "week", "%d", "", "")' % [cost_recorded, number, number]
    for number in std.range(1, cost.weeks)
  ]),

  alertRecordings+:: {
    groups+: [{
      name: 'wolkvox-alerts-centre',
      interval: config.interval,
      rules: [
        { record: 'operation_skill:wolkvox_skill_offered_calls:today', expr: offered },
        {
          record: cost_recorded,
          expr: 'sum by (%s, currency) (increase(%s[%s]))' % [
            std.join(', ', config.operation_labels),
            selected('wolkvox_cdr_cost_total'),
            cost.window,
          ],
        },
      ],
    }],
  },

  prometheusAlerts+:: {
    groups+: [{
      name: 'wolkvox-centre-alerts',
      interval: config.interval,
      rules: [
        rule.alert(config, 'WolkvoxQueueGrowth', 'page', {
          expr: |||
            max %(by)s (min_over_time(%(queue)s[2m])) >= %(calls)d
            and
            max %(by)s (%(queue)s)
            > %(times_recent)g * max %(by)s (avg_over_time(%(queue)s[30m] offset 10m))
            unless
            max %(by)s (%(queue)s)
            <= %(times_last_week)g * max %(by)s (quantile_over_time(0.95, %(queue)s[1h] offset 10050m))
          ||| % queue { by: by_skill, queue: queue_calls },
          'for': queue['for'],
          keep_firing_for: queue.keep_firing_for,
          annotations: {
            summary: '{{ $value }} calls wait in {{ $labels.skill }} ({{ $labels.operation }}), suddenly more than before',
            description: 'The queue of {{ $labels.skill }} stands at {{ $value }} calls: at least %d, more than %g times the last half hour and more than %g times this hour of last week.' % [queue.calls, queue.times_recent, queue.times_last_week],
          },
        }),
        rule.alert(config, 'WolkvoxServiceLevelBurn', 'ticket', {
          expr: '%s >= %g\nand\n%s >= %g' % [burn('1h'), level.burn, burn('15m'), level.burn],
          'for': level['for'],
          keep_firing_for: level.keep_firing_for,
          annotations: {
            summary: '{{ $labels.skill }} ({{ $labels.operation }}) misses its service level {{ printf "%.1f" $value }} times as often as allowed',
            description: 'In the last hour and still in the last quarter, calls of {{ $labels.skill }} were not answered within %s s at least %g times as often as the target of %d %% allows.' % [level.threshold, level.burn, level.target * 100],
          },
        }),
        rule.alert(config, 'WolkvoxNoAgentsReady', 'page', {
          expr: |||
            sum %(by)s (min_over_time(%(queue)s[2m])) >= %(calls)d
            and %(on)s
            sum %(by)s (%(agents)s)
            unless %(on)s
            sum %(by)s (max_over_time(%(ready)s[2m])) > 0
          ||| % {
            by: by_operation,
            on: on_operation,
            queue: queue_calls,
            calls: config.no_agents.calls,
            agents: selected('wolkvox_agents'),
            ready: selected('wolkvox_agents', 'status=~"%s"' % config.no_agents.ready),
          },
          'for': config.no_agents['for'],
          keep_firing_for: config.no_agents.keep_firing_for,
          annotations: {
            summary: '{{ $value }} calls wait in {{ $labels.operation }} and no agent is ready',
            description: 'Calls have waited through two polls in {{ $labels.operation }} while no agent was in a ready state.',
          },
        }),
        rule.alert(config, 'WolkvoxAgentStuck', 'ticket', {
          expr: std.join('\nor\n', [
            stuck_expr(index)
            for index in std.range(1, std.length(stuck) - 1)
          ]),
          'for': config.stuck['for'],
          keep_firing_for: config.stuck.keep_firing_for,
          annotations: {
            summary: 'Agent {{ $labels.agent }} ({{ $labels.operation }}) has been in one state for {{ $value | humanizeDuration }}',
            description: 'The state of agent {{ $labels.agent }} lasts longer than such a state should: a forgotten pause, a hung softphone or a call nobody ended.',
          },
        }),
        rule.alert(config, 'WolkvoxCostAnomaly', 'ticket', {
          expr: |||
            %(now)s > %(least)g
            and
            %(now)s
            > %(times)g * max without (week) (
                %(weeks)s
            )
          ||| % cost { now: cost_recorded, weeks: weeks_before },
          'for': cost['for'],
          keep_firing_for: cost.keep_firing_for,
          annotations: {
            summary: 'Calls of {{ $labels.operation }} cost {{ printf "%%.0f" $value }} {{ $labels.currency }} in %s' % cost.window,
            description: 'That is more than %g times the dearest same hours of the last %d weeks. The figures are about 25 minutes old.' % [cost.times, cost.weeks],
          },
        }),
      ],
    }],
  },
}
