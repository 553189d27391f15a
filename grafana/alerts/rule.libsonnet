// What every alert has: severity, a page of the runbooks, and the order of its fields.
{
  local units = { s: 1, m: 60, h: 3600, d: 86400 },

  seconds(duration)::
    local digits = std.length(duration) - 1;
    std.parseInt(duration[:digits]) * units[duration[digits]],

  longer(duration, seconds):: '%ds' % (self.seconds(duration) + seconds),

  alert(config, name, severity, fields)::
    {
      alert: name,
      labels: { severity: severity },
    } + fields + {
      annotations+: { runbook_url: '%s/%s.md' % [config.runbooks, name] },
    },
}
