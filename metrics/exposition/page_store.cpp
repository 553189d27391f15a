// Two indices over the same pages: by publisher for replacing, by family for gathering.
#include "metrics/exposition/page_store.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace wolkvox::metrics {

namespace {

// A form is kept ready while scrapes ask for it at least this often; Prometheus forgets a target's
// series after the same time.
constexpr std::chrono::minutes wanted_for{5};

// No collector's name.
constexpr std::string_view own_publisher;

std::uint64_t series_to_tell(std::string_view publisher, const page_set& pages) {
  return publisher == own_publisher ? 0 : count_series(pages);
}

}  // namespace

page_store::page_store() {
  whole_ = assemble({}, {});  // not before the member is there: assemble() looks at it
  asked_for_.fill(instant::min());
}

void page_store::put(family_map& families, const publisher_key& key, const page_set& pages) {
  for (const auto& each : pages) {
    const auto name = describe(each->family()).name;
    if (!families[name].try_emplace(key, each).second) {
      throw std::logic_error{"page_store: two pages of " + std::string{name} + " at once"};
    }
  }
}

void page_store::take_out(family_map& families, const publisher_key& key, const page_set& pages) {
  for (const auto& each : pages) {
    const auto family = families.find(describe(each->family()).name);
    family->second.erase(key);
    if (family->second.empty()) {
      families.erase(family);
    }
  }
}

page_store::publication page_store::prepare(std::string operation, std::string publisher,
                                            page_set pages, instant now) const {
  publication made{.operation = std::move(operation),
                   .publisher = std::move(publisher),
                   .pages = std::move(pages),
                   .preview = nullptr,
                   .wanted = {},
                   .after = changes_};
  for (const auto each : all_forms) {
    const auto asked = asked_for_.at(form_index(each));
    if (asked != instant::min() && now - asked <= wanted_for) {
      made.wanted.push_back(each);
    }
  }
  auto families = families_;
  const publisher_key key{made.operation, made.publisher};
  if (const auto old = publishers_.find(key); old != publishers_.end()) {
    take_out(families, key, old->second);
  }
  put(families, key, made.pages);
  made.preview = assemble(families, {});
  return made;
}

page_set page_store::erase(std::map<publisher_key, page_set>::iterator old) {
  auto& [key, pages] = *old;
  take_out(families_, key, pages);
  series_ -= series_to_tell(key.second, pages);
  auto left = std::move(pages);
  publishers_.erase(old);
  ++changes_;
  return left;
}

page_set page_store::replace(publisher_key key, page_set pages) {
  page_set left;
  if (const auto old = publishers_.find(key); old != publishers_.end()) {
    left = erase(old);
  }
  put(families_, key, pages);
  series_ += series_to_tell(key.second, pages);
  publishers_.emplace(std::move(key), std::move(pages));
  ++changes_;
  return left;
}

// Others may have published since the preview was made: then its segments serve where they still
// fit.
page_store::leftover page_store::publish(publication made) {
  if (is_of_removed(made)) {
    return {.pages = std::move(made.pages), .whole = std::move(made.preview)};
  }
  const bool is_as_previewed = made.preview != nullptr && made.after == changes_;
  leftover left;
  left.pages =
      replace({std::move(made.operation), std::move(made.publisher)}, std::move(made.pages));
  auto next =
      is_as_previewed ? std::move(made.preview) : assemble(families_, {}, made.preview.get());
  left.whole = std::exchange(whole_, std::move(next));
  return left;
}

void page_store::publish_own(std::vector<operation_pages> changed) {
  if (changed.empty()) {
    return;
  }
  for (auto& [operation, pages] : changed) {
    replace({std::move(operation), std::string{own_publisher}}, std::move(pages));
  }
  whole_ = assemble(families_, {});
}

void page_store::publish(const std::string& operation, const std::string& publisher,
                         page_set pages) {
  publish({.operation = operation,
           .publisher = publisher,
           .pages = std::move(pages),
           .preview = nullptr,
           .wanted = {},
           .after = changes_});
}

void page_store::withdraw(const std::string& operation, const std::string& publisher) {
  const auto found = publishers_.find({operation, publisher});
  if (found == publishers_.end()) {
    return;
  }
  erase(found);
  whole_ = assemble(families_, {});
}

bool page_store::is_of_removed(const publication& made) const {
  return std::ranges::any_of(std::array{made.publisher, std::string{own_publisher}},
                             [&](const std::string& publisher) {
                               const auto removed = removed_.find({made.operation, publisher});
                               return removed != removed_.end() && removed->second > made.after;
                             });
}

void page_store::remove(const std::string& operation, const std::string& publisher) {
  withdraw(operation, publisher);
  removed_[{operation, publisher}] = ++changes_;
}

void page_store::remove_operation(const std::string& operation) {
  for (auto at = publishers_.lower_bound({operation, ""});
       at != publishers_.end() && at->first.first == operation;
       at = publishers_.lower_bound({operation, ""})) {
    withdraw(operation, std::string{at->first.second});
  }
  removed_[{operation, std::string{own_publisher}}] = ++changes_;
}

std::shared_ptr<const assembly> page_store::gather(const page_filter& filter, form wanted,
                                                   instant now) {
  if (!filter.takes_all()) {
    return assemble(families_, filter);
  }
  asked_for_.at(form_index(wanted)) = now;
  return whole_;
}

std::shared_ptr<const assembly> page_store::assemble(const family_map& families,
                                                     const page_filter& filter,
                                                     const assembly* also_known) const {
  std::vector<std::shared_ptr<const family_pages>> chosen;
  for (const auto& [name, pages] : families) {
    if (!filter.takes_name(name)) {
      continue;
    }
    page_set taken;
    for (const auto& [key, each] : pages) {
      if (filter.takes_operation(key.first)) {
        taken.push_back(each);
      }
    }
    if (!taken.empty()) {
      const auto id = taken.front()->family();
      chosen.push_back(std::make_shared<const family_pages>(id, std::move(taken)));
    }
  }
  std::vector<const assembly::segment_map*> known;
  for (const auto* each : {whole_.get(), also_known}) {
    if (each != nullptr) {
      known.push_back(&each->segments());
    }
  }
  return std::make_shared<const assembly>(chosen, known);
}

}  // namespace wolkvox::metrics
