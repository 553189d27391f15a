// Which of a row's values stay, and where their bytes live until the row is handed on.
// No allocation once the storage has grown to the longest value.
#include "exporter/api/row_buffer.hpp"

#include <algorithm>

#include "exporter/api/ascii.hpp"
#include "exporter/api/clean_text.hpp"

namespace wolkvox::api {

namespace {

// Many times what a name, a number or an id takes; a label of megabytes would be repeated by every
// series.
constexpr std::size_t longest_kept = 1024;

// Never in the middle of a UTF-8 character.
std::string_view cut(std::string_view text) {
  if (text.size() <= longest_kept) {
    return text;
  }
  std::size_t end = longest_kept;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return text.substr(0, end);
}

}  // namespace

bool is_filler(std::string_view text) {
  return text.empty() || text == "-" || text == "--" || same_text(text, "N/A");
}

void row_buffer::clear() {
  std::ranges::fill(values_, std::nullopt);
  text_ = 0;
}

void row_buffer::put(field_place place, std::string_view text, lifetime how_long) {
  text = cut(trim(text));
  std::string cleaned;
  if (!text.empty() && !is_clean(text)) {
    cleaned = clean_text(text);
    text = cleaned;
    how_long = lifetime::of_the_call;
  }
  if (is_filler(text)) {
    return;
  }
  auto& value = values_[place.field];
  auto& slot = storage_[place.field];
  if (value && slot.preference <= place.preference) {
    return;
  }
  slot.preference = place.preference;
  slot.in_piece = how_long == lifetime::of_the_piece;
  if (!slot.in_piece) {
    slot.copy.assign(text);
    text = slot.copy;
  }
  value = text;
}

void row_buffer::outlive_piece() {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    auto& value = values_[i];
    auto& slot = storage_[i];
    if (value && slot.in_piece) {
      slot.copy.assign(*value);
      slot.in_piece = false;
      value = slot.copy;
    }
  }
}

}  // namespace wolkvox::api
