// Statuses with times in them, in the spellings of the world, and those that only look so.
#include "exporter/collectors/status_text.hpp"

#include <gtest/gtest.h>

namespace wolkvox::collectors {
namespace {

TEST(statuses, leave_their_times_out) {
  for (const auto* status :
       {"TALK 00:01:00", "TALK 65s", "TALK (65s)", "TALK 1m 20s", "TALK 00h01m", "TALK 3 min",
        "TALK 1.5h", "TALK-00:03:00", "TALK|00:05:00", "TALK:00:01:00", "TALK00:02:00",
        "TALK 00:01:00,", "TALK 00:01:00.5s", "TALK 2026-11-30 10:00:00", "TALK [12:30 PM]",
        "00:00:10 TALK", "TALK - 1 hora", "TALK 90 seg"}) {
    EXPECT_EQ(status_without_times(status), "TALK") << status;
  }
}

TEST(statuses, keep_what_is_no_time) {
  for (const auto* status : {"Ready", "Break 2", "Nivel 1 - Norte", "Backoffice 24x7", "ACW", "10",
                             "Ba\u00f1o", "Turno 3 Sur", "P2 Mesa", "Campa\u00f1a 501-2"}) {
    EXPECT_EQ(status_without_times(status), status);
  }
  EXPECT_EQ(status_without_times("00:01:02"), "unknown");
}

}  // namespace
}  // namespace wolkvox::collectors
