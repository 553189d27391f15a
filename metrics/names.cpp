// The name directory, and the folding under which two spellings of a person's name are one.
#include "metrics/names.hpp"

#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <utility>

#include "metrics/utf8.hpp"

namespace wolkvox::metrics {

namespace {

constexpr std::array every_kind{named_thing::agent, named_thing::skill, named_thing::campaign};

using names_by_id = text_map<std::string>;

}  // namespace

text_map<name_directory::bearers> name_directory::bearers_of(const names_by_id& agents) {
  text_map<bearers> all;
  for (const auto& [id, name] : agents) {
    ++all.try_emplace(fold_name(name), bearers{.id = id}).first->second.count;
  }
  return all;
}

void name_directory::learn(named_thing kind, std::string_view id, std::string_view name) {
  if (id.empty() || name.empty()) {
    return;
  }
  auto& names = names_[std::to_underlying(kind)];
  const auto [at, is_new] = names.try_emplace(std::string{id}, name);
  if (!is_new) {
    if (at->second == name) {
      return;
    }
    at->second = name;
  }
  if (kind != named_thing::agent) {
    return;
  }
  if (is_new) {
    const auto borne = agents_called_.try_emplace(fold_name(name), bearers{.id = std::string{id}});
    ++borne.first->second.count;
  } else {
    agents_called_ = bearers_of(names);  // the old name may have become one person's again
  }
}

void name_directory::learn(const name_directory& other) {
  for (const named_thing kind : every_kind) {
    for (const auto& [id, name] : other.all(kind)) {
      learn(kind, id, name);
    }
  }
}

name_directory name_directory::missing_of(const name_directory& other) const {
  name_directory missing;
  for (const named_thing kind : every_kind) {
    for (const auto& [id, name] : other.all(kind)) {
      if (!find(kind, id)) {
        missing.learn(kind, id, name);
      }
    }
  }
  return missing;
}

name_directory name_directory::changes_to(const name_directory& other) const {
  name_directory changes;
  for (const named_thing kind : every_kind) {
    for (const auto& [id, name] : other.all(kind)) {
      if (find(kind, id) != name) {
        changes.learn(kind, id, name);
      }
    }
  }
  return changes;
}

void name_directory::replace(named_thing kind, names_by_id names) {
  boost::unordered::erase_if(
      names, [](const auto& entry) { return entry.first.empty() || entry.second.empty(); });
  if (kind == named_thing::agent) {
    agents_called_ = bearers_of(names);
  }
  names_[std::to_underlying(kind)] = std::move(names);
}

std::optional<std::string_view> name_directory::find(named_thing kind, std::string_view id) const {
  const auto& names = all(kind);
  const auto at = names.find(id);
  if (at == names.end()) {
    return std::nullopt;
  }
  return at->second;
}

std::string_view name_directory::name_or_id(named_thing kind, std::string_view id) const {
  return find(kind, id).value_or(id);
}

std::optional<std::string_view> name_directory::agent_by_name(std::string_view name) const {
  const auto at = agents_called_.find(fold_name(name));
  if (at == agents_called_.end() || at->second.count != 1) {
    return std::nullopt;
  }
  return at->second.id;
}

std::size_t name_directory::agents_called(std::string_view folded_name) const {
  const auto at = agents_called_.find(folded_name);
  return at == agents_called_.end() ? 0 : at->second.count;
}

const names_by_id& name_directory::all(named_thing kind) const {
  return names_[std::to_underlying(kind)];
}

std::string fold_name(std::string_view name) {
  const auto valid = to_valid_utf8(name);
  // COMPAT and LUMP turn every kind of blank into U+0020; IGNORE drops zero-width characters.
  const auto options =
      static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK |
                                     UTF8PROC_CASEFOLD | UTF8PROC_LUMP | UTF8PROC_IGNORE);
  utf8proc_uint8_t* mapped = nullptr;
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(valid.data()),
                                   static_cast<utf8proc_ssize_t>(valid.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner{mapped, &std::free};
  if (length < 0) {
    throw std::runtime_error{utf8proc_errmsg(length)};  // out of memory: the text is valid
  }
  std::string folded;
  const std::string_view text{reinterpret_cast<const char*>(mapped),
                              static_cast<std::size_t>(length)};
  for (const char c : text) {
    const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
    if (!blank) {
      folded += c;
    } else if (!folded.empty() && folded.back() != ' ') {
      folded += ' ';
    }
  }
  if (folded.ends_with(' ')) {
    folded.pop_back();
  }
  return folded;
}

}  // namespace wolkvox::metrics
