// Panels, variables and dashboards as Grafana 10 and 11 read them, in as few shapes as the
// dashboards need. `config` is _config.dashboards, `t` translates a text.
function(config, t) {
  local datasource = { type: 'prometheus', uid: '${datasource}' },

  // Of the exporter itself. What carries an operation may have no instance: Prometheus drops it where
  // several exporters share the operations.
  local own = 'job=~"$job", instance=~"$instance"',
  local operation = 'job=~"$job", operation=~"$operation"',
  // What stands for {skill} and so on in a query.
  local matchers = {
    own: own,
    operation: operation,
    skill: operation + ', skill=~"$skill"',
    campaign: operation + ', campaign=~"$campaign"',
    agent: operation + ', agent=~"$agent"',
    call: operation + ', skill=~"$skill", campaign=~"$campaign"',
    agent_call: operation + ', agent=~"$agent", skill=~"$skill", campaign=~"$campaign"',
  },

  local query(step, expr, legend, more) = {
    datasource: datasource,
    editorMode: 'code',
    expr: std.rstripChars(expr % matchers, '\n'),
    interval: step,
    legendFormat: legend,
  } + more,

  // A query over time, drawn no finer than the collector's step: `interval` is its "Min step",
  // which is also what Grafana makes $__rate_interval from (at least four times it).
  range(collector, expr, legend='')::
    query(config.steps[collector], expr, t(legend), { range: true, instant: false, format: 'time_series' }),
  // Only what is true now: a figure that was withdrawn shows as no data, not as its last value.
  now(collector, expr, legend='')::
    query(config.steps[collector], expr, t(legend), { range: false, instant: true, format: 'time_series' }),
  // The same as the rows of a table.
  rows(collector, expr)::
    query(config.steps[collector], expr, '', { range: false, instant: true, format: 'table' }),
  // The buckets of a histogram for a heat map.
  buckets(collector, expr)::
    query(config.steps[collector], expr, '{{le}}', { range: true, instant: false, format: 'heatmap' }),

  // A panel is drawn no finer than the coarsest of its queries.
  local seconds(duration) =
    local digits = std.length(duration) - 1;
    std.parseInt(duration[:digits]) * { s: 1, m: 60, h: 3600, d: 86400, w: 604800 }[duration[digits]],
  local coarsest(intervals) =
    std.foldl(function(a, b) if seconds(b) > seconds(a) then b else a, intervals, intervals[0]),

  // [value, colour] pairs above a first colour; none: green.
  local steps(thresholds) = {
    mode: 'absolute',
    steps: [{ color: if thresholds == null then 'green' else thresholds.first, value: null }] +
           [{ color: step[1], value: step[0] } for step in (if thresholds == null then [] else thresholds.above)],
  },
  // Bad when high, bad when low.
  high(warning, critical):: { first: 'green', above: [[warning, 'yellow'], [critical, 'red']] },
  low(warning, critical):: { first: 'red', above: [[critical, 'yellow'], [warning, 'green']] },
  plain(colour):: { first: colour, above: [] },

  mapping(values):: [{
    type: 'value',
    options: {
      [value]: { index: index, text: t(values[value].text), color: values[value].color }
      for index in std.range(0, std.length(std.objectFields(values)) - 1)
      for value in [std.objectFields(values)[index]]
    },
  }],

  local panel(type, title, description, unit, targets, size, thresholds, more) = {
    type: type,
    title: t(title),
    description: t(description),
    datasource: datasource,
    interval: coarsest([target.interval for target in targets]),
    targets: [targets[i] { refId: std.char(65 + i) } for i in std.range(0, std.length(targets) - 1)],
    transparent: false,
    gridPos: { w: size[0], h: size[1] },
    fieldConfig: {
      defaults: {
        unit: unit,
        noValue: t('No data'),
        color: { mode: 'thresholds' },
        thresholds: steps(thresholds),
        mappings: [],
      },
      overrides: [],
    },
  } + more,

  local reduced = { calcs: ['lastNotNull'], fields: '', values: false },

  stat(title, description, unit, targets, size=[4, 4], thresholds=null, more={})::
    panel('stat', title, description, unit, targets, size, thresholds, {
      options: {
        reduceOptions: reduced,
        colorMode: 'value',
        graphMode: 'none',
        justifyMode: 'auto',
        orientation: 'auto',
        textMode: 'auto',
        wideLayout: true,
      },
    }) + more,

  bars(title, description, unit, targets, size=[8, 8], thresholds=null, more={})::
    panel('bargauge', title, description, unit, targets, size, thresholds, {
      fieldConfig+: { defaults+: { min: 0 } },
      options: {
        reduceOptions: reduced,
        displayMode: 'basic',
        orientation: 'horizontal',
        showUnfilled: true,
        valueMode: 'color',
        minVizHeight: 16,
        minVizWidth: 8,
      },
    }) + more,

  lines(title, description, unit, targets, size=[12, 8], thresholds=null, stacked=false, steps=false, more={})::
    panel('timeseries', title, description, unit, targets, size, thresholds, {
      fieldConfig+: {
        defaults+: {
          min: 0,
          color: { mode: 'palette-classic' },
          custom: {
            drawStyle: 'line',
            lineInterpolation: if steps then 'stepAfter' else 'linear',
            lineWidth: 1,
            fillOpacity: if stacked then 40 else 5,
            gradientMode: 'none',
            showPoints: 'auto',
            pointSize: 4,
            // A gap is a gap: what was not measured is not drawn.
            spanNulls: false,
            axisPlacement: 'auto',
            axisLabel: '',
            scaleDistribution: { type: 'linear' },
            stacking: { mode: if stacked then 'normal' else 'none', group: 'A' },
            thresholdsStyle: { mode: if thresholds == null then 'off' else 'line' },
          },
        },
      },
      options: {
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
        tooltip: { mode: 'multi', sort: 'desc' },
      },
    }) + more,

  heatmap(title, description, unit, targets, size=[12, 9])::
    panel('heatmap', title, description, unit, targets, size, null, {
      fieldConfig+: {
        defaults+: {
          unit: 'short',
          custom: { hideFrom: { legend: false, tooltip: false, viz: false }, scaleDistribution: { type: 'linear' } },
        },
      },
      options: {
        calculate: false,
        cellGap: 1,
        cellValues: { unit: 'short' },
        color: { mode: 'scheme', scheme: 'Oranges', fill: 'dark-orange', scale: 'exponential', exponent: 0.5, steps: 64, reverse: false },
        exemplars: { color: 'rgba(255,0,255,0.7)' },
        filterValues: { le: 1e-9 },
        legend: { show: true },
        rowsFrame: { layout: 'auto' },
        tooltip: { mode: 'single', showColorScale: false, yHistogram: false },
        yAxis: { axisPlacement: 'left', reverse: false, unit: unit },
      },
    }),

  timeline(title, description, unit, targets, size=[24, 10], mappings=[])::
    panel('state-timeline', title, description, unit, targets, size, null, {
      fieldConfig+: {
        defaults+: {
          mappings: mappings,
          custom: { fillOpacity: 80, lineWidth: 0, spanNulls: false, insertNulls: false },
        },
      },
      options: {
        alignValue: 'left',
        mergeValues: true,
        rowHeight: 0.9,
        showValue: 'auto',
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
        tooltip: { mode: 'single', sort: 'none' },
      },
    }),

  // Columns: the labels kept, in order, then one for each query. `columns` is a list of
  // {label, title} or {value: index of the query, title, unit, thresholds, link}.
  table(title, description, targets, columns, size=[24, 10], sort=null)::
    local field(column) =
      if std.objectHas(column, 'label') then column.label
      else if std.length(targets) == 1 then 'Value' else 'Value #' + std.char(65 + column.value);
    panel('table', title, description, 'none', targets, size, null, {
      fieldConfig+: {
        defaults+: { custom: { align: 'auto', cellOptions: { type: 'auto' }, filterable: true, inspect: false } },
        overrides: [
          {
            matcher: { id: 'byName', options: field(column) },
            properties:
              [{ id: 'displayName', value: t(column.title) }] +
              (if std.objectHas(column, 'unit') then [{ id: 'unit', value: column.unit }] else []) +
              (if std.objectHas(column, 'thresholds') then [
                 { id: 'thresholds', value: steps(column.thresholds) },
                 { id: 'custom.cellOptions', value: { type: 'color-text' } },
               ] else []) +
              (if std.objectHas(column, 'link') then [{ id: 'links', value: [column.link] }] else []),
          }
          for column in columns
        ],
      },
      options: {
        cellHeight: 'sm',
        showHeader: true,
        footer: { show: false, countRows: false, fields: '', reducer: ['sum'] },
        sortBy: if sort == null then [] else [{ displayName: t(sort), desc: true }],
      },
      transformations: (if std.length(targets) > 1 then [{ id: 'merge', options: {} }] else []) + [
        {
          id: 'organize',
          options: {
            excludeByName: { Time: true },
            indexByName: { [field(columns[i])]: i for i in std.range(0, std.length(columns) - 1) },
            renameByName: {},
          },
        },
      ],
    }),

  row(title):: { type: 'row', title: t(title), collapsed: false, panels: [], gridPos: { w: 24, h: 1 } },

  // Places panels from left to right, and below when a line is full; a row begins a line.
  local placed(panels) = std.foldl(
    function(done, each)
      local size = each.gridPos;
      local breaks = done.x + size.w > 24 || each.type == 'row';
      local x = if breaks then 0 else done.x;
      local y = if breaks then done.y + done.height else done.y;
      {
        x: x + size.w,
        y: y,
        height: if breaks then size.h else std.max(done.height, size.h),
        panels: done.panels + [each { id: std.length(done.panels) + 1, gridPos+: { x: x, y: y } }],
      },
    panels,
    { x: 0, y: 0, height: 0, panels: [] }
  ).panels,

  local choice(name, label, query, all) = {
    name: name,
    label: label,
    type: 'query',
    datasource: datasource,
    definition: query,
    query: { qryType: 1, query: query, refId: 'variable-' + name },
    refresh: 2,
    regex: '',
    sort: 5,
    multi: true,
    includeAll: true,
    allValue: all,
    current: { selected: true, text: ['All'], value: ['$__all'] },
    options: [],
    hide: 0,
    skipUrlSync: false,
  },
  // "All" of job, instance and operation means every value; of the rest, none at all too: calls
  // without a campaign, and series that the configuration keeps without an agent.
  local choices = {
    instance: choice('instance', 'Instance', 'label_values(wolkvox_exporter_build_info{job=~"$job"}, instance)', '.+'),
    operation: choice('operation', t('Operation'), 'label_values(wolkvox_up{job=~"$job"}, operation)', '.+'),
    skill: choice('skill', t('Skill'), 'label_values(wolkvox_skill_queue_calls{%(operation)s}, skill)' % matchers, '.*'),
    campaign: choice('campaign', t('Campaign'), 'label_values(wolkvox_campaign_running{%(operation)s}, campaign)' % matchers, '.*'),
    agent: choice('agent', t('Agent'), 'label_values(wolkvox_agent_status{%(operation)s}, agent)' % matchers, '.*'),
  },
  local variables(names) = [
    {
      name: 'datasource',
      label: 'Data source',
      type: 'datasource',
      query: 'prometheus',
      regex: '',
      refresh: 1,
      multi: false,
      includeAll: false,
      current: {},
      options: [],
      hide: 0,
      skipUrlSync: false,
    },
    choice('job', 'Job', 'label_values(wolkvox_exporter_build_info, job)', '.+'),
  ] + [choices[name] for name in names],

  dashboard(name, title, description, variable_names, since, panels):: {
    uid: config.uid_prefix + name + t('(end of uid)'),
    title: 'wolkvox / ' + t(title),
    description: t(description),
    tags: config.tags + [t('(tag of the language)')],
    schemaVersion: 39,
    version: 1,
    editable: false,
    graphTooltip: 1,
    fiscalYearStartMonth: 0,
    liveNow: false,
    refresh: config.refresh,
    time: since,
    timezone: config.timezone,
    timepicker: {},
    weekStart: '',
    annotations: { list: [] },
    links: [{
      title: t('wolkvox dashboards'),
      type: 'dashboards',
      tags: [config.tags[0], t('(tag of the language)')],
      asDropdown: true,
      includeVars: true,
      keepTime: true,
      icon: 'external link',
      targetBlank: false,
      tooltip: '',
      url: '',
    }],
    templating: { list: variables(variable_names) },
    panels: placed(panels),
  },

  uid(name):: config.uid_prefix + name + t('(end of uid)'),
}
