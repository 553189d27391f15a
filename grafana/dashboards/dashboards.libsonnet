// The six dashboards, in every language of `translations`.
local panels = import '../lib/panels.libsonnet';
local translations = {
  en: { '(end of uid)': '', '(tag of the language)': 'en' },
  es: import '../translations/es.libsonnet',
};
local sources = {
  wallboard: import 'wallboard.libsonnet',
  skills: import 'skills.libsonnet',
  agents: import 'agents.libsonnet',
  campaigns: import 'campaigns.libsonnet',
  calls: import 'calls.libsonnet',
  exporter: import 'exporter.libsonnet',
};

{
  // English texts stand in the sources; another language has all of them or does not build.
  // Text without a letter outside of {{label}} reads the same everywhere.
  local wordless(text) =
    local outside = std.join('', [
      local parts = std.split(each, '}');
      parts[std.length(parts) - 1]
      for each in std.split(text, '{')
    ]);
    std.asciiUpper(outside) == std.asciiLower(outside),
  translator(language, table):: function(text)
    if std.objectHas(table, text) then table[text]
    else if language == 'en' || wordless(text) then text
    else error 'translations/%s.libsonnet has nothing for: %s' % [language, text],

  local dashboards(language) = {
    [name + '.json']: sources[name]($._config, panels($._config.dashboards, $.translator(language, translations[language])))
    for name in std.objectFields(sources)
  },

  // What tools that read mixins take: one language.
  grafanaDashboardFolder:: 'wolkvox',
  grafanaDashboards+:: dashboards('en'),
  // What render.sh writes.
  dashboardsByLanguage:: { [language]: dashboards(language) for language in std.objectFields(translations) },
}
