// The name directory, when a name changes, and the folding under which two spellings of a person's
// name are one.
#include "metrics/names.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <utility>

#include "metrics/utf8.hpp"

namespace wolkvox::metrics {

namespace {

using names_by_id = text_map<std::string>;

// More often than this no name is mended: one that changes all the time is not kept without end.
constexpr std::size_t most_former_names = 32;

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
  for (const named_thing kind : every_named_thing) {
    for (const auto& [id, name] : other.all(kind)) {
      learn(kind, id, name);
    }
  }
}

name_directory name_directory::missing_of(const name_directory& other) const {
  name_directory missing;
  for (const named_thing kind : every_named_thing) {
    for (const auto& [id, name] : other.all(kind)) {
      if (!has_name(kind, id) && find(kind, id) != name) {
        missing.learn(kind, id, name);
      }
    }
  }
  return missing;
}

name_directory name_directory::changes_to(const name_directory& other) const {
  name_directory changes;
  for (const named_thing kind : every_named_thing) {
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
  auto left = std::exchange(former_[std::to_underlying(kind)], {});
  if (kind == named_thing::agent) {
    former_agent_ids_.clear();
  }
  for (const auto& [id, formers] : left) {
    for (const auto& each : formers) {
      if (find(kind, id)) {
        learn_former(kind, id, each);
      }
    }
  }
}

bool name_directory::hear(const name_directory& roster, std::chrono::sys_seconds now) {
  bool is_news = false;
  for (const named_thing kind : every_named_thing) {
    for (const auto& [id, name] : roster.all(kind)) {
      is_news = hear(kind, id, name, now) || is_news;
    }
  }
  return is_news;
}

bool name_directory::is_news(const name_directory& roster) const {
  return std::ranges::any_of(every_named_thing, [&](named_thing kind) {
    return std::ranges::any_of(roster.all(kind), [&](const auto& told) {
      return find(kind, told.first) != told.second || former(kind).contains(told.first);
    });
  });
}

bool name_directory::hear(named_thing kind, std::string_view id, std::string_view name,
                          std::chrono::sys_seconds now) {
  if (!has_name(kind, id)) {
    const bool is_news = find(kind, id) != name;
    learn(kind, id, name);
    return is_news;
  }
  if (name == id) {
    return false;
  }
  bool is_news = false;
  bool is_taken = find(kind, id) != name;
  auto& formers = former_[std::to_underlying(kind)];
  if (const auto known = formers.find(id); known != formers.end()) {
    for (former_name& each : known->second) {
      const auto before = each.told;
      const bool is_told = each.name == name;
      if (!is_told) {
        each.told = {};
      } else if (before == std::chrono::sys_seconds{} || now < before) {
        each.told = now;
      }
      is_news = is_news || each.told != before;
      is_taken = is_taken && (!is_told || now - each.told >= former_name_waits);
    }
  }
  if (is_taken) {
    rename(kind, id, name);
  }
  return is_news || is_taken;
}

void name_directory::rename(named_thing kind, std::string_view id, std::string_view name) {
  auto& formers = former_[std::to_underlying(kind)];
  if (const auto known = formers.find(id); known != formers.end()) {
    std::erase_if(known->second, [&](const former_name& each) { return each.name == name; });
  }
  if (has_name(kind, id) && find(kind, id) != name) {
    learn_former(kind, id, {.name = std::string{*find(kind, id)}});
  }
  learn(kind, id, name);
}

void name_directory::learn_former(named_thing kind, std::string_view id, former_name name) {
  if (kind == named_thing::agent) {
    auto& ids = former_agent_ids_.try_emplace(fold_name(name.name)).first->second;
    if (std::ranges::find(ids, id) == ids.end()) {
      ids.emplace_back(id);
    }
  }
  auto& formers = former_[std::to_underlying(kind)];
  auto& of_id = formers.try_emplace(std::string{id}).first->second;
  if (of_id.size() == most_former_names) {
    of_id.erase(of_id.begin());
  }
  of_id.push_back(std::move(name));
}

const text_map<std::vector<former_name>>& name_directory::former(named_thing kind) const {
  return former_[std::to_underlying(kind)];
}

bool name_directory::has_name(named_thing kind, std::string_view id) const {
  const auto known = find(kind, id);
  return known && known != id;
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
  const auto folded = fold_name(name);
  if (const auto at = agents_called_.find(folded); at != agents_called_.end()) {
    return at->second.count == 1 ? std::optional<std::string_view>{at->second.id} : std::nullopt;
  }
  const auto former = former_agent_ids_.find(folded);
  return former == former_agent_ids_.end() || former->second.size() != 1
             ? std::nullopt
             : std::optional<std::string_view>{former->second.front()};
}

std::size_t name_directory::agents_called(std::string_view folded_name) const {
  if (const auto at = agents_called_.find(folded_name); at != agents_called_.end()) {
    return at->second.count;
  }
  const auto former = former_agent_ids_.find(folded_name);
  return former == former_agent_ids_.end() ? 0 : former->second.size();
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
