// Certificates in PEM form: authorities, or a certificate with its chain. Unlike OpenSSL's own
// reader, which ends at the first block that it cannot read and calls what came before it the
// whole, every block is read or told with its number.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct x509_st;  // OpenSSL's X509

namespace wolkvox::config {

using certificate = std::shared_ptr<x509_st>;

// All of them in their order, one at least. What stands outside blocks, and blocks of other kinds
// (a private key in the same file), are passed over. The error is the rest of a sentence that
// begins with the file's name.
std::expected<std::vector<certificate>, std::string> read_certificates(std::string_view pem);

}  // namespace wolkvox::config
