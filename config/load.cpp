// The file as a whole: document, defaults, operations, what holds between operations, warnings.
#include "config/load.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <map>
#include <system_error>
#include <utility>

#include "config/document.hpp"
#include "config/operation_reader.hpp"
#include "config/strict_map.hpp"
#include "config/values.hpp"
#include "config/warnings.hpp"

namespace wolkvox::config {
namespace {

// Far above any configuration; keeps a mistaken path (/dev/zero, a log) from filling the memory.
constexpr std::size_t largest_file = 4U << 20U;

void refuse_repeated_names(const std::vector<operation_draft>& drafts, problem_log& log) {
  std::map<std::string_view, std::string_view> first_by_name;
  for (const auto& draft : drafts) {
    if (draft.value.name.empty()) {
      continue;
    }
    if (const auto [first, is_new] = first_by_name.emplace(draft.value.name, draft.path); !is_new) {
      log.add(draft.name_at, draft.path + ".name",
              fmt::format("{} has this name already", first->second));
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
    result.value.operations.push_back(std::move(draft.value));
  }
  result.warnings = warnings.take();
  return result;
}

std::expected<loaded, std::vector<problem>> load_file(const std::filesystem::path& file) {
  std::error_code unknown;
  if (std::filesystem::is_directory(file, unknown)) {
    return unreadable(file, "cannot be read: it is a directory");
  }
  errno = 0;
  std::ifstream input(file, std::ios::binary);
  if (!input) {
    return unreadable(file, "cannot be read: " + std::generic_category().message(errno));
  }
  std::string text(largest_file + 1, '\0');
  input.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (input.bad()) {
    return unreadable(file, "cannot be read to its end");
  }
  text.resize(static_cast<std::size_t>(input.gcount()));
  if (text.size() > largest_file) {
    return unreadable(file, "is larger than 4 MiB; that is no configuration");
  }
  return load(text, file.string());
}

}  // namespace wolkvox::config
