// What /metrics is gathered from: the pages that publishers (a collector of an operation) have
// finished. Lives on the event-loop thread; every function is called there. What takes time is done
// on the assemblies it hands out, which any thread may use.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/exposition/assembly.hpp"
#include "metrics/exposition/page.hpp"

namespace wolkvox::metrics {

class page_store {
 public:
  using instant = std::chrono::steady_clock::time_point;

  // Pages on their way to publication, with the exposition as it will be: so that the forms that
  // scrapers ask for are made before any scrape can see the pages.
  struct publication {
    std::string operation;
    std::string publisher;
    page_set pages;
    std::shared_ptr<const assembly> preview;
    std::vector<form> wanted;  // asked for lately: for preview->make(), off the event loop
    std::uint64_t after = 0;   // the change that the preview follows
  };

  page_store();

  publication prepare(std::string operation, std::string publisher, page_set pages,
                      instant now) const;
  // What nobody but a slow reader needs any more. To free a large table takes milliseconds, which
  // the caller may spend on another thread.
  struct leftover {
    page_set pages;
    std::shared_ptr<const assembly> whole;
  };

  // Replaces everything that this publisher has published before.
  leftover publish(publication made);
  void publish(const std::string& operation, const std::string& publisher, page_set pages);
  // The exporter's own pages of some operations: their own publisher.
  void publish_own(std::vector<operation_pages> changed);
  void withdraw(const std::string& operation, const std::string& publisher);
  // For good: what was being prepared by then is not published any more.
  void remove(const std::string& operation, const std::string& publisher);
  void remove_operation(const std::string& operation);

  // What the filter selects. A scrape in `wanted` is noted.
  std::shared_ptr<const assembly> gather(const page_filter& filter, form wanted, instant now);
  // Lines of all published pages but the exporter's own.
  std::uint64_t series() const { return series_; }

 private:
  using publisher_key = std::pair<std::string, std::string>;  // operation, publisher
  using page_map = std::map<publisher_key, std::shared_ptr<const page>>;
  using family_map = std::map<std::string_view, page_map>;  // by name; the views are the table's

  page_set replace(publisher_key key, page_set pages);
  page_set erase(std::map<publisher_key, page_set>::iterator old);
  bool is_of_removed(const publication& made) const;
  static void put(family_map& families, const publisher_key& key, const page_set& pages);
  static void take_out(family_map& families, const publisher_key& key, const page_set& pages);
  std::shared_ptr<const assembly> assemble(const family_map& families, const page_filter& filter,
                                           const assembly* also_known = nullptr) const;

  std::map<publisher_key, page_set> publishers_;
  family_map families_;
  std::uint64_t series_ = 0;
  std::uint64_t changes_ = 0;
  std::map<publisher_key, std::uint64_t> removed_;  // by which change; an operation's publisher: ""
  std::shared_ptr<const assembly> whole_;
  std::array<instant, all_forms.size()> asked_for_;  // when last, without a filter
};

}  // namespace wolkvox::metrics
