// Cutting, packing and joining.
#include "metrics/exposition/assembly.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "metrics/exposition/encoders.hpp"
#include "metrics/exposition/scrape_families.hpp"

namespace wolkvox::metrics {

namespace {

// In lines of about 100 bytes. A page from which a segment of its own packs as well as a stream,
// and the size at which small pages make up a segment: what is packed anew when one changes.
constexpr std::uint64_t large_page = 1000;
constexpr std::uint64_t full_segment = 5000;

// In bytes. The kernel is handed 64 pieces at a time: smaller ones are copied together.
constexpr std::size_t large_piece = 16 * 1024;

// Metadata lines are the same for the life of the program.
const chunk& lines_header_of(format as, family_id id) {
  static const auto headers = [] {
    std::array<std::vector<chunk>, 2> made;
    for (const auto which : {format::text, format::openmetrics}) {
      for (const auto& each : all_families()) {
        made.at(std::to_underlying(which))
            .push_back(std::make_shared<const std::string>(lines_header(which, each.id)));
      }
    }
    return made;
  }();
  return headers.at(std::to_underlying(as)).at(std::to_underlying(id));
}

// How many of families_made_per_scrape() stand before a family.
std::size_t place_of(family_id id) {
  const auto all = families_made_per_scrape();
  const auto after = std::ranges::lower_bound(all, describe(id).name, {},
                                              [](family_id each) { return describe(each).name; });
  return static_cast<std::size_t>(after - all.begin());
}

// Joins small pieces.
class joiner {
 public:
  void add(const chunk& piece) {
    if (piece->size() < large_piece) {
      open_ += *piece;
    }
    if (piece->size() >= large_piece || open_.size() >= large_piece) {
      close();
    }
    if (piece->size() >= large_piece) {
      made_.push_back(piece);
    }
  }
  chunks finish() {
    close();
    return std::move(made_);
  }

 private:
  void close() {
    if (!open_.empty()) {
      made_.push_back(std::make_shared<const std::string>(std::exchange(open_, {})));
    }
  }

  std::string open_;
  chunks made_;
};

std::vector<std::string_view> views_of(const chunks& pieces) {
  std::vector<std::string_view> views;
  for (const auto& each : pieces) {
    views.emplace_back(*each);
  }
  return views;
}

// What a form is put together from: gzip and identity from their own parts.
form basis_of(form wanted) {
  return wanted.encoding == encoding::zstd
             ? form{.format = wanted.format, .encoding = encoding::identity}
             : wanted;
}

// Puts what a scrape makes between what is kept.
class body_writer {
 public:
  body_writer(form wanted, const recording& made_now)
      : form_(wanted),
        now_(made_now),
        open_(wanted.encoding == encoding::gzip ? gzip_head() : "") {}

  // The families from the last place up to this one.
  void fill_up_to(std::size_t place) {
    std::string text;
    for (const auto id : families_made_per_scrape().subspan(place_, place - place_)) {
      if (now_.lines(id) != 0) {
        append_family(text, id);
      }
    }
    place_ = place;
    add(text);
  }
  void add(const ready_body::run& run) {
    if (!open_.empty()) {
      pieces_.push_back(std::make_shared<const std::string>(std::exchange(open_, {})));
    }
    std::ranges::copy(run.pieces, std::back_inserter(pieces_));
    note(run.sum);
  }
  chunks finish() {
    fill_up_to(families_made_per_scrape().size());
    if (form_.format == format::openmetrics) {
      add("# EOF\n");
    }
    if (form_.encoding == encoding::gzip) {
      open_ += gzip_tail(sum_);
    }
    if (!open_.empty()) {
      pieces_.push_back(std::make_shared<const std::string>(std::move(open_)));
    }
    return std::move(pieces_);
  }

 private:
  void append_family(std::string& text, family_id id) const {
    const auto body = encode(now_, id, form_.format);
    text += form_.format == format::protobuf ? message_header(id, total_size(body))
                                             : *lines_header_of(form_.format, id);
    for (const auto& piece : body) {
      text += *piece;
    }
  }
  void add(std::string_view text) {
    if (form_.encoding == encoding::identity) {
      open_ += text;
    } else if (!text.empty()) {
      const auto part = pack_gzip_part({&text, 1}, pack_effort::small_and_soon);
      open_ += part.bytes;
      note(part.sum);
    }
  }
  void note(const packed_sum& sum) {
    if (form_.encoding == encoding::gzip) {
      sum_.append(sum);
    }
  }

  form form_;
  const recording& now_;
  std::string open_;  // not yet among the pieces
  std::size_t place_ = 0;
  packed_sum sum_;
  chunks pieces_;
};

}  // namespace

chunk family_pages::header(format as) const {
  if (as != format::protobuf) {
    return lines_header_of(as, id_);
  }
  std::size_t size = 0;
  for (const auto& each : pages_) {
    size += total_size(each->body(as));
  }
  return std::make_shared<const std::string>(message_header(id_, size));
}

segment::key segment::key_of(std::span<const item> items) {
  key made;
  for (const auto& [family, body] : items) {
    if (body != nullptr) {
      made.push_back(body.get());
      continue;
    }
    made.push_back(&describe(family->id()));
    for (const auto& each : family->pages()) {  // a message's header says how long they are
      made.push_back(each.get());
    }
  }
  return made;
}

std::uint64_t segment::lines() const {
  std::uint64_t lines = 0;
  for (const auto& each : items_) {
    lines += each.body == nullptr ? 0 : each.body->lines();
  }
  return lines;
}

chunks segment::join(format as) const {
  joiner joined;
  for (const auto& [family, body] : items_) {
    if (body == nullptr) {
      joined.add(family->header(as));
    } else {
      std::ranges::for_each(body->body(as), [&](const chunk& each) { joined.add(each); });
    }
  }
  return joined.finish();
}

segment::part segment::make(form wanted) const {
  if (wanted.encoding == encoding::identity) {
    return {.pieces = join(wanted.format), .sum = {}};
  }
  const auto& text = in({.format = wanted.format, .encoding = encoding::identity}).pieces;
  const auto views = views_of(text);
  auto made = pack_gzip_part(views);
  return {.pieces = {std::make_shared<const std::string>(std::move(made.bytes))}, .sum = made.sum};
}

const segment::part& segment::in(form wanted) const {
  return forms_.at(form_index(wanted)).get([&] { return make(wanted); });
}

assembly::assembly(std::span<const std::shared_ptr<const family_pages>> families,
                   std::span<const segment_map* const> known) {
  for (const auto& each : families) {
    published_.set(std::to_underlying(each->id()));
  }
  cut(families, known);
}

void assembly::cut(std::span<const std::shared_ptr<const family_pages>> families,
                   std::span<const segment_map* const> known) {
  std::vector<segment::item> open;
  std::uint64_t lines = 0;
  const auto close = [&] {
    if (!open.empty()) {
      add_segment(std::exchange(open, {}), known);
    }
    lines = 0;
  };
  std::size_t last_place = 0;
  for (const auto& family : families) {
    if (std::exchange(last_place, place_of(family->id())) != place_of(family->id())) {
      close();
    }
    open.push_back({.family = family, .body = nullptr});
    for (const auto& each : family->pages()) {
      if (each->lines() >= large_page) {
        close();
        add_segment({{.family = family, .body = each}}, known);
        continue;
      }
      open.push_back({.family = family, .body = each});
      lines += each->lines();
      if (lines >= full_segment) {
        close();
      }
    }
  }
  close();
}

void assembly::add_segment(std::vector<segment::item> items,
                           std::span<const segment_map* const> known) {
  auto key = segment::key_of(items);
  std::shared_ptr<const segment> made;
  for (const auto* each : known) {
    if (const auto found = each->find(key); found != each->end()) {
      made = found->second;
      break;
    }
  }
  if (made == nullptr) {
    made = std::make_shared<const segment>(std::move(items));
  }
  segments_.push_back(made);
  known_.emplace(std::move(key), std::move(made));
}

ready_body assembly::assemble(form wanted) const {
  ready_body made;
  for (const auto& each : segments_) {
    const auto place = place_of(each->first_family());
    if (made.runs.empty() || made.runs.back().place != place) {
      made.runs.push_back({.place = place, .pieces = {}, .sum = {}});
    }
    auto& run = made.runs.back();
    const auto& part = each->in(wanted);
    std::ranges::copy(part.pieces, std::back_inserter(run.pieces));
    if (wanted.encoding == encoding::gzip) {
      run.sum.append(part.sum);
    }
  }
  return made;
}

const ready_body& assembly::make(form asked) const {
  const auto wanted = basis_of(asked);
  return forms_.at(form_index(wanted)).get([&] { return assemble(wanted); });
}

std::uint64_t assembly::lines_to_make(form wanted) const {
  std::uint64_t lines = 0;
  const bool is_packed_whole = wanted.encoding == encoding::zstd;
  if (is_packed_whole || !forms_.at(form_index(wanted)).is_made()) {
    for (const auto& each : segments_) {
      lines += !is_packed_whole && each->is_ready(wanted) ? 0 : each->lines();
    }
  }
  return lines;
}

chunks assembly::body(form wanted, const recording& made_now) const {
  for (const auto id : families_made_per_scrape()) {
    if (published_.test(std::to_underlying(id)) && made_now.lines(id) != 0) {
      throw std::logic_error{"exposition: " + std::string{describe(id).name} +
                             " is published and made for the scrape"};
    }
  }
  body_writer whole{basis_of(wanted), made_now};
  for (const auto& run : make(wanted).runs) {
    whole.fill_up_to(run.place);
    whole.add(run);
  }
  auto pieces = whole.finish();
  if (wanted.encoding != encoding::zstd) {
    return pieces;
  }
  return {std::make_shared<const std::string>(pack_zstd(views_of(pieces)))};
}

}  // namespace wolkvox::metrics
