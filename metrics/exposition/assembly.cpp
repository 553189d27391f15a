// Cutting, packing and joining.
#include "metrics/exposition/assembly.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "metrics/exposition/encoders.hpp"

namespace wolkvox::metrics {

namespace {

// In lines of about 100 bytes. A page from which a segment of its own packs as well as a stream,
// and the size at which small pages make up a segment: what is packed anew when one changes.
constexpr std::uint64_t large_page = 1000;
constexpr std::uint64_t full_segment = 8000;

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

std::vector<std::shared_ptr<const family_pages>> families_of(const page_set& pages) {
  std::map<std::string_view, page_set> by_name;
  for (const auto& each : pages) {
    by_name[describe(each->family()).name].push_back(each);
  }
  std::vector<std::shared_ptr<const family_pages>> families;
  for (auto& [name, all] : by_name) {
    const auto id = all.front()->family();
    families.push_back(std::make_shared<const family_pages>(id, std::move(all)));
  }
  return families;
}

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

void segment::append_to(chunks& out, format as) const {
  for (const auto& [family, body] : items_) {
    if (body == nullptr) {
      out.push_back(family->header(as));
    } else {
      std::ranges::copy(body->body(as), std::back_inserter(out));
    }
  }
}

const std::shared_ptr<const packed>& segment::in(form wanted) const {
  return forms_.at(form_index(wanted)).get([&] {
    chunks pieces;
    append_to(pieces, wanted.format);
    std::vector<std::string_view> views;
    for (const auto& each : pieces) {
      views.emplace_back(*each);
    }
    return std::make_shared<const packed>(pack(wanted.encoding, views));
  });
}

bool segment::is_ready(form wanted) const {
  if (wanted.encoding != encoding::identity) {
    return forms_.at(form_index(wanted)).is_made();
  }
  return std::ranges::all_of(items_, [&](const item& each) {
    const auto is_made = [&](const auto& body) { return body->is_ready(wanted.format); };
    return each.body != nullptr ? is_made(each.body)
                                : std::ranges::all_of(each.family->pages(), is_made);
  });
}

assembly::assembly(std::vector<std::shared_ptr<const family_pages>> families,
                   std::span<const segment_map* const> known)
    : families_(std::move(families)) {
  cut(known);
}

void assembly::cut(std::span<const segment_map* const> known) {
  std::vector<segment::item> open;
  std::uint64_t lines = 0;
  const auto close = [&] {
    if (!open.empty()) {
      add_segment(std::exchange(open, {}), known);
    }
    lines = 0;
  };
  for (const auto& family : families_) {
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
  ready_body made{.pieces = {}, .frame = packed_frame{wanted.encoding}};
  if (wanted.encoding == encoding::identity) {
    for (const auto& each : segments_) {
      each->append_to(made.pieces, wanted.format);
    }
    return made;
  }
  if (const auto head = made.frame.head(); !head.empty()) {
    made.pieces.push_back(std::make_shared<const std::string>(head));
  }
  for (const auto& each : segments_) {
    const auto& part = each->in(wanted);
    made.frame.add(*part);
    made.pieces.emplace_back(part, &part->bytes);
  }
  return made;
}

const ready_body& assembly::make(form wanted) const {
  return forms_.at(form_index(wanted)).get([&] { return assemble(wanted); });
}

bool assembly::is_ready(form wanted) const {
  return forms_.at(form_index(wanted)).is_made() ||
         std::ranges::all_of(segments_, [&](const auto& each) { return each->is_ready(wanted); });
}

chunks assembly::body(form wanted, const page_set& own) const {
  auto [pieces, frame] = make(wanted);
  std::string end;
  for (const auto& family : families_of(own)) {
    if (std::ranges::any_of(families_,
                            [&](const auto& each) { return each->id() == family->id(); })) {
      throw std::logic_error{"exposition: " + std::string{describe(family->id()).name} +
                             " is published and the exporter's own"};
    }
    end += *family->header(wanted.format);
    for (const auto& each : family->pages()) {
      for (const auto& piece : each->body(wanted.format)) {
        end += *piece;
      }
    }
  }
  if (wanted.format == format::openmetrics) {
    end += "# EOF\n";
  }
  if (wanted.encoding != encoding::identity && !end.empty()) {
    const std::string_view whole = end;
    auto part = pack(wanted.encoding, {&whole, 1});
    frame.add(part);
    end = std::move(part.bytes);
  }
  end += frame.tail();
  if (!end.empty()) {
    pieces.push_back(std::make_shared<const std::string>(std::move(end)));
  }
  return pieces;
}

}  // namespace wolkvox::metrics
