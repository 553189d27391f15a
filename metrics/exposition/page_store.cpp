// Two indices over the same pages: by publisher for replacing, by family for gathering.
#include "metrics/exposition/page_store.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>

#include "metrics/exposition/text_encoder.hpp"

namespace wolkvox::metrics {

namespace {

using piece = std::shared_ptr<const std::string>;

// One header per family for the life of the program.
const piece& header_of(family_id id) {
  static const auto headers = [] {
    std::array<piece, std::to_underlying(family_id::count_)> made;
    for (const auto& each : all_families()) {
      made.at(std::to_underlying(each.id)) =
          std::make_shared<const std::string>(header_text(each.id));
    }
    return made;
  }();
  return headers.at(std::to_underlying(id));
}

// The page's text, kept alive by the page.
piece text_of(const std::shared_ptr<const page>& whole) {
  return {whole, &whole->text};
}

}  // namespace

void page_store::publish(const std::string& operation, const std::string& publisher,
                         page_set pages) {
  withdraw(operation, publisher);
  const publisher_key key{operation, publisher};
  for (const auto& each : pages) {
    const auto name = describe(each->family).name;
    if (!families_[name].try_emplace(key, each).second) {
      throw std::logic_error{"page_store: two pages of " + std::string{name} + " at once"};
    }
  }
  series_ += count_series(pages);
  publishers_.emplace(key, std::move(pages));
}

void page_store::withdraw(const std::string& operation, const std::string& publisher) {
  const auto found = publishers_.find({operation, publisher});
  if (found == publishers_.end()) {
    return;
  }
  for (const auto& each : found->second) {
    const auto family = families_.find(describe(each->family).name);
    family->second.erase(found->first);
    if (family->second.empty()) {
      families_.erase(family);
    }
  }
  series_ -= count_series(found->second);
  publishers_.erase(found);
}

void page_store::withdraw_operation(const std::string& operation) {
  for (auto at = publishers_.lower_bound({operation, ""});
       at != publishers_.end() && at->first.first == operation;
       at = publishers_.lower_bound({operation, ""})) {
    withdraw(operation, std::string{at->first.second});
  }
}

std::vector<piece> page_store::gather(const page_filter& filter, const page_set& own) const {
  struct gathered_family {
    family_id id{};
    std::vector<piece> texts;
  };
  std::map<std::string_view, gathered_family> families;  // by name
  const auto take = [&](const std::shared_ptr<const page>& each) {
    auto& into = families[describe(each->family).name];
    into.id = each->family;
    into.texts.push_back(text_of(each));
  };
  for (const auto& [name, pages] : families_) {
    if (!filter.takes_name(name)) {
      continue;
    }
    for (const auto& [key, each] : pages) {
      if (filter.takes_operation(key.first)) {
        take(each);
      }
    }
  }
  std::ranges::for_each(own, take);
  std::vector<piece> gathered;
  for (auto& [name, family] : families) {
    gathered.push_back(header_of(family.id));
    std::ranges::move(family.texts, std::back_inserter(gathered));
  }
  return gathered;
}

}  // namespace wolkvox::metrics
