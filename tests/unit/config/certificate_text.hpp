// A certificate in PEM form, for tests that look at the text around it.
#pragma once

#include <string>

namespace wolkvox::config {

inline const std::string certificate_text =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBjjCCATOgAwIBAgIULiSEXUSYyD9G7Gk7FY7wVKd6O/gwCgYIKoZIzj0EAwIw\n"
    "GzEZMBcGA1UEAwwQYSB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMzAxMDE1MzdaGA8y\n"
    "MTI2MTEwNjEwMTUzN1owGzEZMBcGA1UEAwwQYSB0ZXN0IGF1dGhvcml0eTBZMBMG\n"
    "ByqGSM49AgEGCCqGSM49AwEHA0IABK4thSkYougJKLBDRr/uVmXA+mcyN5ChAsE7\n"
    "RFTPFVnAEkrlKxeIa4cmk0CT2T/Gvm3p6QoVnext52YJZOyPbaSjUzBRMB0GA1Ud\n"
    "DgQWBBQcWtS4OvdHmQZxWkSb6WtTFUTR8zAfBgNVHSMEGDAWgBQcWtS4OvdHmQZx\n"
    "WkSb6WtTFUTR8zAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCK\n"
    "X0cD/Toiy19H0fbhFg7F/63TDarJqbus91tjpHUa7QIhALLAwXFXKUxGtfkmVU5y\n"
    "WCygCpqJNWzm+t9KBDJA2+RI\n"
    "-----END CERTIFICATE-----\n";

}  // namespace wolkvox::config
