// The file as a whole: document, defaults, operations, what holds between operations, warnings.
#include "config/load.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "config/document.hpp"
#include "config/file_text.hpp"
#include "config/operation_reader.hpp"
#include "config/strict_map.hpp"
#include "config/values.hpp"
#include "config/warnings.hpp"

namespace wolkvox::config {
namespace {

void refuse_repeated_names(const std::vector<operation_draft>& drafts, problem_log& log) {
  std::map<std::string_view, const operation_draft*> first_by_name;
  for (const auto& draft : drafts) {
    if (draft.value.name.empty()) {
      continue;
    }
    if (const auto [first, is_new] = first_by_name.emplace(draft.value.name, &draft); !is_new) {
      log.add(draft.name_at, draft.path + ".name",
              fmt::format("{} (line {}) has this name already; each operation stands here once, "
                          "with a name of its own",
                          first->second->path, first->second->name_at.line));
    }
  }
}

std::vector<operation_draft> read_operations(const located& list, const operation_draft& base,
                                             const std::filesystem::path& directory,
                                             problem_log& log) {
  if (list.value->items.empty()) {
    log.add(list.value->at, list.path, "needs at least one operation");
  }
  std::vector<operation_draft> drafts;
  for (const auto& item : read_items(list, node_kind::map, log)) {
    drafts.push_back(read_operation(item, base, directory, log));
  }
  refuse_repeated_names(drafts, log);
  return drafts;
}

std::vector<operation_draft> read_root(const located& root, const std::filesystem::path& directory,
                                       problem_log& log) {
  const auto keys = read_keys(root, section::root, nullptr, log);
  auto base = built_in_operation();
  // The one built-in value that the system may not have.
  if (auto zone = read_timezone(base.value.timezone); !zone) {
    log.add({}, "defaults.timezone", std::move(zone.error()));
  }
  const found_key* operations = nullptr;
  for (const auto& key : keys) {
    if (key.id == key_id::operations) {
      operations = &key;
    } else if (key.usable) {
      base = read_defaults(key.where, std::move(base), log);
    }
  }
  if (operations != nullptr && operations->usable) {
    return read_operations(operations->where, base, directory, log);
  }
  if (operations == nullptr &&
      (root.value->kind == node_kind::map || root.value->kind == node_kind::null)) {
    log.add(root.value->at, root.path, "needs the key 'operations'");
  }
  return {};
}

problem problem_with(const located& key, std::string_view file) {
  if (!key.value) {
    return {};
  }
  return {.file = std::string(file),
          .line = key.value->at.line,
          .column = key.value->at.column,
          .key = key.path,
          .message = {}};
}

std::unexpected<std::vector<problem>> unreadable(const std::filesystem::path& file,
                                                 std::string why) {
  return std::unexpected(
      std::vector{problem{.file = file.string(), .key = {}, .message = std::move(why)}});
}

}  // namespace

std::string to_string(const problem& p) {
  auto text = p.file;
  if (p.line > 0) {
    text += fmt::format(":{}:{}", p.line, p.column);
  }
  if (!p.key.empty()) {
    text += ": " + p.key;
  }
  return text + ": " + p.message;
}

std::expected<loaded, std::vector<problem>> load(std::string_view yaml, std::string_view file) {
  problem_log log(file);
  const auto source = parse_document(yaml);
  for (const auto& [at, message] : source.mistakes) {
    log.add(at, "", message);
  }
  // After a syntax error there is nothing to read on.
  if (!log.empty() && source.root->kind == node_kind::null) {
    return std::unexpected(log.take());
  }
  const auto directory = std::filesystem::path(file).parent_path();
  auto drafts =
      read_root({.value = source.root, .at = source.root->at, .path = {}}, directory, log);
  if (!log.empty()) {
    return std::unexpected(log.take());
  }
  problem_log warnings(file);
  loaded result;
  for (auto& draft : drafts) {
    warn(draft, warnings);
    result.outside.push_back({.token = problem_with(draft.token, file),
                              .ca_file = problem_with(draft.ca_file, file),
                              .proxy_password = problem_with(draft.proxy_password, file)});
    result.value.operations.push_back(std::move(draft.value));
  }
  result.warnings = warnings.take();
  return result;
}

std::expected<loaded, std::vector<problem>> load_file(const std::filesystem::path& file) {
  auto text = read_file_text(file);
  if (!text) {
    return unreadable(file, std::move(text.error()));
  }
  return load(*text, file.string());
}

}  // namespace wolkvox::config
