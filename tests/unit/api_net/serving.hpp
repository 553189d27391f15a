// The fixture of the client's socket tests: a client here, a scripted server there.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "asking.hpp"
#include "scripted_server.hpp"

namespace wolkvox::api::test {

class exchange : public testing::Test {
 protected:
  scripted_server& serve(std::vector<script> scripts) {
    server_ = std::make_unique<scripted_server>(here.loop, std::move(scripts));
    here.settings.operation.base.port = server_->port();
    return *server_;
  }

  asking here;

 private:
  std::unique_ptr<scripted_server> server_;
};

}  // namespace wolkvox::api::test
