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
using ids_by_name = text_map<std::vector<std::string>>;

// More often than this no name is mended: one that changes all the time is not kept without end.
constexpr std::size_t most_former_names = 32;

void add_id(ids_by_name& to, std::string_view name, std::string_view id) {
  auto& ids = to.try_emplace(fold_name(name)).first->second;
  if (std::ranges::find(ids, id) == ids.end()) {
    ids.emplace_back(id);
  }
}

const std::vector<std::string>* ids_of(const ids_by_name& all, std::string_view folded) {
  const auto at = all.find(folded);
  return at == all.end() || at->second.empty() ? nullptr : &at->second;
}

// Whether pages show one name where they show either.
bool is_shown_alike(const name_directory::stand_in& shown, std::string_view a, std::string_view b) {
  if (a == b || !shown) {
    return a == b;
  }
  const auto stands = shown(a);
  return !stands.empty() && stands == shown(b);
}

}  // namespace

void name_directory::learn(named_thing kind, std::string_view id, std::string_view name) {
  if (id.empty() || name.empty()) {
    return;
  }
  const auto [at, is_new] = names_[std::to_underlying(kind)].try_emplace(std::string{id}, name);
  if (!is_new && at->second == name) {
    return;
  }
  if (kind == named_thing::agent) {
    if (!is_new) {
      std::erase(agent_ids_[fold_name(at->second)], id);
    }
    add_id(agent_ids_, name, id);
  }
  at->second = name;
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

bool name_directory::hear(const name_directory& roster, std::chrono::sys_seconds now,
                          const stand_in& shown) {
  static const stand_in as_it_is;
  bool is_news = false;
  for (const named_thing kind : every_named_thing) {
    const stand_in& of_kind = kind == named_thing::agent ? shown : as_it_is;
    for (const auto& [id, name] : roster.all(kind)) {
      is_news = hear(kind, id, name, now, of_kind) || is_news;
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
                          std::chrono::sys_seconds now, const stand_in& shown) {
  const bool is_other = find(kind, id) != name;
  if (!has_name(kind, id)) {
    learn(kind, id, name);
    return is_other;
  }
  if (name == id) {
    return false;
  }
  const bool is_alike = is_other && is_shown_alike(shown, *find(kind, id), name);
  if (is_alike) {
    learn(kind, id, name);  // no label changes: what it was is no former name
  }
  bool is_news = is_alike;
  bool is_taken = is_other && !is_alike;
  auto& formers = former_[std::to_underlying(kind)];
  if (const auto known = formers.find(id); known != formers.end()) {
    for (former_name& each : known->second) {
      const auto before = each.told;
      const bool is_told = is_shown_alike(shown, each.name, name);
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
    rename(kind, id, name, shown);
  }
  return is_news || is_taken;
}

void name_directory::rename(named_thing kind, std::string_view id, std::string_view name,
                            const stand_in& shown) {
  auto& formers = former_[std::to_underlying(kind)];
  if (const auto known = formers.find(id); known != formers.end()) {
    std::erase_if(known->second,
                  [&](const former_name& each) { return is_shown_alike(shown, each.name, name); });
  }
  if (has_name(kind, id) && find(kind, id) != name) {
    learn_former(kind, id, {.name = std::string{*find(kind, id)}});
  }
  learn(kind, id, name);
}

void name_directory::learn_former(named_thing kind, std::string_view id, former_name name) {
  if (kind == named_thing::agent) {
    add_id(former_agent_ids_, name.name, id);
  }
  auto& formers = former_[std::to_underlying(kind)];
  auto& of_id = formers.try_emplace(std::string{id}).first->second;
  const auto known = std::ranges::find(of_id, name.name, &former_name::name);
  if (known != of_id.end()) {
    known->told = std::max(known->told, name.told);
    return;
  }
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
  const auto* const ids = bearers(fold_name(name));
  return ids != nullptr && ids->size() == 1 ? std::optional<std::string_view>{ids->front()}
                                            : std::nullopt;
}

std::size_t name_directory::agents_called(std::string_view folded_name) const {
  const auto* const ids = bearers(folded_name);
  return ids == nullptr ? 0 : ids->size();
}

// Who bears it, else who bore it.
const std::vector<std::string>* name_directory::bearers(std::string_view folded_name) const {
  const auto* const ids = ids_of(agent_ids_, folded_name);
  return ids == nullptr ? ids_of(former_agent_ids_, folded_name) : ids;
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
