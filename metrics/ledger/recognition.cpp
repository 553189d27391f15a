// The rule of recognition.hpp.
#include "metrics/ledger/recognition.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

namespace wolkvox::metrics {
namespace {

struct kept_place {
  local_seconds date;
  std::size_t place;
};

using row_list = std::vector<const ledger_row*>;

class recogniser {
 public:
  recogniser(known_records known, local_interval read) : read_(read) {
    made_.records = std::move(known);
  }

  recognition run(row_list rows) {
    rows = without_repeats(std::move(rows));
    for (const ledger_row* row : rows) {
      shown_[row->date].push_back(row);
    }
    for (auto& [date, same] : shown_) {
      if (date != no_date) {
        find_again(std::move(same), places_of(date));
      }
    }
    if (const auto undated = shown_.find(no_date); undated != shown_.end()) {
      find_again(std::move(undated->second), places_not_shown());
    }
    if (!move_date()) {
      for (const ledger_row* row : fresh_) {
        keep(*row, fate::counted);
      }
    }
    return std::move(made_);
  }

 private:
  row_list without_repeats(row_list rows) {
    const auto all = [](const ledger_row* row) {
      return std::tuple(row->date, row->bearer, row->fingerprint, row->text);
    };
    std::ranges::sort(rows, {}, all);
    row_list distinct;
    for (const ledger_row* row : rows) {
      if (!distinct.empty() && all(distinct.back()) == all(row)) {
        made_.rows.push_back({.row = row, .what = fate::duplicate, .date = std::nullopt});
      } else {
        distinct.push_back(row);
      }
    }
    return distinct;
  }

  std::vector<kept_place> places_of(local_seconds date) const {
    std::vector<kept_place> places;
    if (const auto record = made_.records.find(date); record != made_.records.end()) {
      for (std::size_t i = 0; i < record->second.rows.size(); ++i) {
        places.push_back({date, i});
      }
    }
    return places;
  }

  // Of undated rows, and of all dates that the answer shows nothing of.
  std::vector<kept_place> places_not_shown() const {
    std::vector<kept_place> places = places_of(no_date);
    for (const auto& [date, record] : made_.records) {
      if (!shown_.contains(date)) {
        std::ranges::copy(places_of(date), std::back_inserter(places));
      }
    }
    return places;
  }

  // Pairs rows with what is kept, the surest first; what finds no pair is fresh.
  void find_again(row_list rows, std::vector<kept_place> places) {
    const auto says_the_same = [](const ledger_row& row, const known_row& kept) {
      return row.fingerprint == kept.fingerprint && row.bearer == kept.bearer;
    };
    const auto is_about_the_same = [](const ledger_row& row, const known_row& kept) {
      return row.bearer == kept.bearer;
    };
    const auto is_any = [](const ledger_row&, const known_row&) { return true; };
    pair(rows, places, fate::duplicate, says_the_same);
    pair(rows, places, fate::revised, is_about_the_same);
    pair(rows, places, fate::revised, is_any);
    fresh_.insert(fresh_.end(), rows.begin(), rows.end());
  }

  template <class Alike>
  void pair(row_list& rows, std::vector<kept_place>& places, fate what, Alike are_alike) {
    std::erase_if(rows, [&](const ledger_row* row) {
      const auto found = std::ranges::find_if(places, [&](const kept_place& each) {
        return are_alike(*row, made_.records.at(each.date).rows[each.place]);
      });
      if (found == places.end()) {
        return false;
      }
      known_row& kept = made_.records.at(found->date).rows[found->place];
      kept.fingerprint = row->fingerprint;
      kept.bearer = row->bearer;
      made_.rows.push_back({.row = row, .what = what, .date = found->date, .place = found->place});
      found_again_.insert(found->date);
      places.erase(found);
      return true;
    });
  }

  // Whether the answer would show a row of that date if there still were one.
  bool is_missing(local_seconds date) const {
    const bool is_read = date == no_date || (read_.begin <= date && date < read_.end);
    return is_read && !shown_.contains(date) && !found_again_.contains(date);
  }

  bool move_date() {
    const auto is_gone = [this](const auto& each) { return is_missing(each.first); };
    if (fresh_.size() != 1 || std::ranges::count_if(made_.records, is_gone) != 1) {
      return false;
    }
    const auto gone = std::ranges::find_if(made_.records, is_gone);
    if (gone->second.rows.size() != 1) {
      return false;
    }
    const known_row kept = gone->second.rows.front();
    made_.moved_from = gone->first;
    made_.records.erase(gone);
    keep(*fresh_.front(), fate::revised).parts = kept.parts;
    return true;
  }

  known_row& keep(const ledger_row& row, fate what) {
    auto& rows = made_.records[row.date].rows;
    made_.rows.push_back({.row = &row, .what = what, .date = row.date, .place = rows.size()});
    return rows.emplace_back(
        known_row{.fingerprint = row.fingerprint, .bearer = row.bearer, .parts = 0});
  }

  local_interval read_;
  recognition made_;
  std::map<local_seconds, row_list> shown_;
  std::set<local_seconds> found_again_;
  row_list fresh_;
};

}  // namespace

recognition recognise(std::vector<const ledger_row*> rows, known_records known,
                      local_interval read) {
  return recogniser(std::move(known), read).run(std::move(rows));
}

}  // namespace wolkvox::metrics
