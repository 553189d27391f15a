// Builds the tree from yaml-cpp's parser events.
#include "config/document.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include "config/source_text.hpp"

namespace wolkvox::config {
namespace {

using std::size_t;

// A mark as a place, no further than `end`: yaml-cpp's end is behind what parse_document() adds.
place to_place(const YAML::Mark& mark, place end) {
  if (mark.is_null()) {
    return {};
  }
  return std::min(
      {.line = static_cast<size_t>(mark.line) + 1, .column = static_cast<size_t>(mark.column) + 1},
      end);
}

// yaml-cpp 0.7 marks a plain scalar or untagged collection "?" or "" and a quoted scalar "!".
bool is_explicit(const std::string& tag) {
  return !tag.empty() && tag != "?" && tag != "!";
}

std::shared_ptr<node> make_node(node_kind kind, place at) {
  auto made = std::make_shared<node>();
  made->kind = kind;
  made->at = at;
  return made;
}

class tree_builder final : public YAML::EventHandler {
 public:
  tree_builder(place end, std::vector<mistake>& mistakes) : end_(end), mistakes_(mistakes) {}

  std::shared_ptr<const node> take_root() {
    return root_ ? std::move(root_) : std::make_shared<const node>();
  }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    finish(make_node(node_kind::null, place_of(mark)), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto target = anchors_.find(anchor);
    if (target == anchors_.end()) {
      mistakes_.push_back({place_of(mark), "the alias stands inside what it refers to"});
      attach(make_node(node_kind::null, place_of(mark)), place_of(mark));
      return;
    }
    attach(target->second, place_of(mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    if (!is_utf8(value)) {
      // yaml-cpp 0.7 makes one byte of \N and \_ that is no UTF-8.
      mistakes_.push_back({place_of(mark),
                           "an escape gives no text here (\\N or \\_); write the "
                           "character itself"});
    }
    auto scalar = make_node(node_kind::scalar, place_of(mark));
    scalar->text = value;
    scalar->quoted = tag == "!";
    finish(std::move(scalar), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(node_kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(node_kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct frame {
    std::shared_ptr<node> collection;
    YAML::anchor_t anchor;
    std::optional<map_entry> pending;  // a key that waits for its value
    bool dropped = false;              // the key was refused: its value is read and let go
  };

  place place_of(const YAML::Mark& mark) const { return to_place(mark, end_); }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (is_explicit(tag)) {
      mistakes_.push_back({place_of(mark), "tags (!name) are not supported"});
    }
  }

  void open(node_kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_tag(mark, tag);
    open_.push_back(
        {.collection = make_node(kind, place_of(mark)), .anchor = anchor, .pending = std::nullopt});
  }

  void close() {
    auto done = std::move(open_.back());
    open_.pop_back();
    finish(std::move(done.collection), done.anchor);
  }

  void finish(std::shared_ptr<node> value, YAML::anchor_t anchor) {
    if (anchor != 0) {
      anchors_[anchor] = value;
    }
    const auto at = value->at;
    attach(std::move(value), at);
  }

  void attach(std::shared_ptr<const node> value, place at) {
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    auto& parent = open_.back();
    if (parent.collection->kind == node_kind::list) {
      parent.collection->items.push_back(std::move(value));
    } else if (parent.pending) {
      parent.pending->value = std::move(value);
      if (!parent.dropped) {
        parent.collection->entries.push_back(std::move(*parent.pending));
      }
      parent.pending.reset();
    } else {
      parent.dropped = !accept_key(*value, at);
      parent.pending = map_entry{.key = value->text, .at = at, .value = nullptr};
    }
  }

  bool accept_key(const node& key, place at) {
    if (key.kind != node_kind::scalar) {
      mistakes_.push_back({at, "a key must be a word"});
      return false;
    }
    if (key.text == "<<" && !key.quoted) {
      mistakes_.push_back(
          {at, "merge keys (<<) are not supported; what operations share belongs in 'defaults'"});
      return false;
    }
    return true;
  }

  place end_;
  std::vector<mistake>& mistakes_;
  std::vector<frame> open_;
  std::map<YAML::anchor_t, std::shared_ptr<const node>> anchors_;
  std::shared_ptr<const node> root_;
};

// yaml-cpp's text up to where it quotes the file: what stands there may be a secret.
std::string without_quotation(const std::string& message) {
  return message.substr(0, message.find(": "));
}

}  // namespace

document parse_document(std::string_view yaml) {
  document result;
  if (auto no_text = find_no_text(yaml)) {
    result.mistakes.push_back(std::move(*no_text));
    result.root = std::make_shared<const node>();
    return result;
  }
  const auto end = end_of(yaml);
  // yaml-cpp 0.7 closes a quotation by itself, and takes a lone word for a key, where a line break
  // ends the file; not so where a comment does.
  std::istringstream input{std::string(yaml) + "\n#"};
  try {
    YAML::Parser parser(input);
    tree_builder first(end, result.mistakes);
    parser.HandleNextDocument(first);
    result.root = first.take_root();
    if (tree_builder second(end, result.mistakes); parser.HandleNextDocument(second)) {
      result.mistakes.push_back(
          {second.take_root()->at, "the file holds more than one YAML document"});
    }
  } catch (const YAML::Exception& failure) {
    const auto at = to_place(failure.mark, end);
    // What yaml-cpp says of a tab is about something else, on the same line or a later one.
    result.mistakes.push_back(
        find_tab(yaml, at.line)
            .value_or(mistake{at, "not YAML: " + without_quotation(failure.msg)}));
    result.root = std::make_shared<const node>();
  }
  return result;
}

}  // namespace wolkvox::config
