// Takes the text apart into blocks; OpenSSL reads each by itself.
#include "config/certificates.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstddef>
#include <optional>
#include <utility>

namespace wolkvox::config {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view dashes = "-----";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

struct block {
  std::size_t line = 0;  // of its first line
  std::string_view label;
  std::string text;        // between first and last line
  std::string_view fault;  // why it is none; "" where it is whole
};

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  const auto first = line.find_first_not_of(blanks);
  return first == std::string_view::npos
             ? std::string_view{}
             : line.substr(first, line.find_last_not_of(blanks) - first + 1);
}

// "CERTIFICATE" of "-----BEGIN CERTIFICATE-----"; nothing where the line is no such mark.
std::optional<std::string_view> label_of(std::string_view line, std::string_view mark) {
  if (!line.starts_with(mark) || !line.ends_with(dashes) ||
      line.size() <= mark.size() + dashes.size()) {
    return std::nullopt;
  }
  return line.substr(mark.size(), line.size() - mark.size() - dashes.size());
}

class block_reader {
 public:
  void take(std::string_view line, std::size_t number) {
    if (line.starts_with("--") && line.contains("BEGIN ")) {
      close("it has no END line");
      const auto label = label_of(line, begin_mark);
      open_ = block{.line = number, .label = label.value_or(""), .text = {}, .fault = {}};
      if (!label) {
        close("its BEGIN line is damaged");
      }
    } else if (!open_) {
      return;
    } else if (line.starts_with("--") && line.contains("END ")) {
      close(label_of(line, end_mark) == open_->label ? "" : "its END line does not fit");
    } else {
      open_->text += line;
    }
  }
  std::vector<block> finish() {
    close("it has no END line");
    return std::move(blocks_);
  }

 private:
  void close(std::string_view fault) {
    if (open_) {
      open_->fault = fault;
      blocks_.push_back(std::move(*open_));
      open_.reset();
    }
  }

  std::optional<block> open_;
  std::vector<block> blocks_;
};

std::vector<block> blocks_of(std::string_view pem) {
  if (pem.starts_with(byte_order_mark)) {
    pem.remove_prefix(byte_order_mark.size());
  }
  block_reader reader;
  for (std::size_t number = 1; !pem.empty(); ++number) {
    const auto end = pem.find('\n');
    reader.take(trimmed(pem.substr(0, end)), number);
    pem.remove_prefix(end == std::string_view::npos ? pem.size() : end + 1);
  }
  return reader.finish();
}

bool is_certificate(const block& of) {
  return of.label == "CERTIFICATE" || of.label == "X509 CERTIFICATE" ||
         of.label == "TRUSTED CERTIFICATE";
}

// Null where OpenSSL cannot read it. In lines of 64, whatever its lines were.
certificate parse(const block& whole) {
  std::string pem = fmt::format("{}{}{}\n", begin_mark, whole.label, dashes);
  for (std::size_t at = 0; at < whole.text.size(); at += 64) {
    pem.append(whole.text, at, 64);
    pem += '\n';
  }
  pem += fmt::format("{}{}{}\n", end_mark, whole.label, dashes);
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  X509* const read = PEM_read_bio_X509_AUX(memory.get(), nullptr, nullptr, nullptr);
  ERR_clear_error();
  return read == nullptr ? nullptr : certificate(read, &X509_free);
}

}  // namespace

std::expected<std::vector<certificate>, std::string> read_certificates(std::string_view pem) {
  std::vector<certificate> found;
  std::size_t number = 0;
  for (const block& each : blocks_of(pem)) {
    ++number;
    const auto unreadable = [&](std::string_view why) {
      return std::unexpected(fmt::format(
          "has a block that cannot be read (number {}, at line {}): {}", number, each.line, why));
    };
    if (!each.fault.empty()) {
      return unreadable(each.fault);
    }
    if (!is_certificate(each)) {
      continue;
    }
    certificate read = parse(each);
    if (!read) {
      return unreadable("it is no certificate");
    }
    found.push_back(std::move(read));
  }
  if (found.empty()) {
    return std::unexpected("holds no certificate in PEM form");
  }
  return found;
}

}  // namespace wolkvox::config
