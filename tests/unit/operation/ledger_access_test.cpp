// The way to the ledger, and what an operation has it keep beside its reports.
#include "exporter/operation/ledger_access.hpp"

#include <date/tz.h>
#include <gmock/gmock.h>

#include "exporter/operation/bookkeeper.hpp"
#include "tests/unit/operation/stage.hpp"

namespace wolkvox::operation {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ledgers : public testing::Test {
 protected:
  ledgers() { budget_.begin_day_if_new(noon); }

  static std::shared_ptr<const config::operation> settings() {
    return std::make_shared<const config::operation>(stage::configured({}));
  }
  auto spend(std::uint64_t requests) {
    return access_.run([requests](metrics::ledger& ledger) {
      return ledger.spend("acme", "calls", "2026-11-21", requests);
    });
  }
  std::uint64_t spent() { return stage_.ledger.spending("acme", "2026-11-21").value()["calls"]; }
  std::string zone() { return stage_.ledger.load("acme")->zone; }

  stage stage_;
  basis on_{stage_.around(), settings()};
  ledger_access access_{on_};
  request_budget budget_{*on_.settings, *on_.zone, on_.log};
  roster names_{std::nullopt};
  bookkeeper kept_{on_, access_, budget_, names_};
};

TEST_F(ledgers, that_fail_are_told_once_and_when_they_work_again) {
  EXPECT_TRUE(stage_.await(spend(1)));
  EXPECT_TRUE(stage_.shows("wolkvox_ledger_writable 1"));
  stage_.ledger.is_full = true;
  EXPECT_FALSE(stage_.await(spend(1)));
  EXPECT_FALSE(stage_.await(spend(1)));
  EXPECT_TRUE(stage_.shows("wolkvox_ledger_writable 0"));
  EXPECT_TRUE(stage_.shows("wolkvox_ledger_errors_total 2"));
  EXPECT_THAT(stage_.log.taken(),
              ElementsAre("level=error msg=\"the ledger cannot be written; nothing is counted "
                          "until it can\" operation=acme err=\"the disk is full\""));
  stage_.ledger.is_full = false;
  EXPECT_TRUE(stage_.await(spend(1)));
  EXPECT_THAT(stage_.log.taken(),
              ElementsAre("level=info msg=\"the ledger is written again\" operation=acme"));
  EXPECT_EQ(spent(), 2U);
}

TEST_F(ledgers, that_a_reload_reads_are_left_alone_until_it_has) {
  access_.hold();
  bool has_ended = false;
  boost::asio::co_spawn(stage_.loop, spend(1), [&](const auto&, const auto&) { has_ended = true; });
  stage_.settle();
  EXPECT_EQ(spent(), 0U);
  access_.release();
  stage_.settle();
  EXPECT_TRUE(has_ended);
  EXPECT_EQ(spent(), 1U);
}

TEST_F(ledgers, have_spending_and_names_again_when_they_could_not_take_them) {
  budget_.spend("calls");
  collectors::outcome told;
  told.seen.learn(metrics::named_thing::agent, "1", "Ana");
  names_.take(told, noon, stage_.now);
  stage_.ledger.is_full = true;
  stage_.await(kept_.keep_spending());
  stage_.await(kept_.keep_names());
  stage_.ledger.is_full = false;
  stage_.await(kept_.keep_spending());
  stage_.await(kept_.keep_names());
  EXPECT_EQ(spent(), 1U);
  EXPECT_TRUE(stage_.ledger.load("acme")->names.has_name(metrics::named_thing::agent, "1"));
  const int writes = stage_.ledger.writes;
  stage_.await(kept_.keep_spending());
  stage_.await(kept_.keep_names());
  EXPECT_EQ(stage_.ledger.writes, writes) << "nothing is new";
}

TEST_F(ledgers, know_no_zone_while_windows_are_cut_in_several) {
  EXPECT_TRUE(stage_.ledger.remember_zone("acme", "Europe/Madrid"));
  EXPECT_TRUE(stage_.await(kept_.take_up_zone("Europe/Madrid", true)));
  EXPECT_EQ(zone(), "");
  EXPECT_THAT(stage_.log.taken(),
              ElementsAre("level=info msg=\"the zone was changed; the last day is read again in "
                          "the new one\" operation=acme from=Europe/Madrid to=America/Bogota"));
  stage_.await(kept_.keep_zone());
  EXPECT_EQ(zone(), "America/Bogota");
  const int writes = stage_.ledger.writes;
  stage_.await(kept_.keep_zone());
  EXPECT_EQ(stage_.ledger.writes, writes);
}

TEST_F(ledgers, are_told_the_zone_again_when_they_could_not_take_it) {
  EXPECT_FALSE(stage_.await(kept_.take_up_zone("", false))) << "nothing was cut yet";
  stage_.ledger.is_full = true;
  stage_.await(kept_.keep_zone());
  stage_.ledger.is_full = false;
  stage_.await(kept_.keep_zone());
  EXPECT_EQ(zone(), "America/Bogota");
}

TEST_F(ledgers, of_a_process_that_did_not_finish_a_change_of_zone_are_read_again_without_a_word) {
  EXPECT_TRUE(stage_.await(kept_.take_up_zone("", true)));
  EXPECT_THAT(stage_.log.taken(), IsEmpty());
}

}  // namespace
}  // namespace wolkvox::operation
