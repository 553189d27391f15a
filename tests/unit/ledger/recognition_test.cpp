// The rule by which a record is found again, case by case.
#include "metrics/ledger/recognition.hpp"

#include <gtest/gtest.h>

#include <list>
#include <string>
#include <vector>

#include "windows.hpp"

namespace wolkvox::metrics {
namespace {

struct shown {
  std::int64_t date = 0;  // 0: none that can be read
  std::uint64_t says = 0;
  std::uint32_t bearer = 0;
  std::uint64_t text = 0;
};

// One identity over its answers; each tells what became of its rows, in the order of the dates:
// "+" new, "=" known, "~" revised.
class one_identity {
 public:
  std::string answer(const std::vector<shown>& rows, local_interval read = {}) {
    std::list<ledger_row> made;
    std::vector<const ledger_row*> all;
    for (const shown& each : rows) {
      all.push_back(&made.emplace_back(ledger_row{.id = {},
                                                  .fingerprint = each.says,
                                                  .bearer = each.bearer,
                                                  .text = each.text,
                                                  .date = written(each.date)}));
    }
    auto result = recognise(all, std::move(known_), read);
    known_ = std::move(result.records);
    std::string told;
    for (const ledger_row& row : made) {
      for (const recognised_row& each : result.rows) {
        if (each.row == &row) {
          told += each.what == fate::counted ? "+" : each.what == fate::duplicate ? "=" : "~";
        }
      }
    }
    return told;
  }
  std::size_t kept() const {
    std::size_t rows = 0;
    for (const auto& [date, record] : known_) {
      rows += record.rows.size();
    }
    return rows;
  }

 private:
  known_records known_;
};

const local_interval all_day{.begin = written(1), .end = written(86'400)};

TEST(a_record, is_one_row_however_often_an_answer_repeats_it) {
  one_identity id;
  EXPECT_EQ(id.answer({{.date = 10, .says = 1}, {.date = 10, .says = 1}}), "+=");
  EXPECT_EQ(id.answer({{.date = 10, .says = 1}}), "=");
}

TEST(a_record, has_as_many_rows_as_differ_anywhere_in_one_answer) {
  one_identity id;
  const std::vector<shown> two{{.date = 10, .says = 1, .text = 1},
                               {.date = 10, .says = 1, .text = 2}};
  EXPECT_EQ(id.answer(two), "++") << "they say the same of what is kept";
  EXPECT_EQ(id.answer(two), "==");
  EXPECT_EQ(id.answer({two[0]}), "=");
  EXPECT_EQ(id.answer(two), "==");
}

TEST(a_record, is_revised_by_the_row_about_the_same_bearer) {
  one_identity id;
  EXPECT_EQ(id.answer({{.date = 10, .says = 1, .bearer = 7}}), "+");
  EXPECT_EQ(id.answer({{.date = 10, .says = 2, .bearer = 8}, {.date = 10, .says = 3, .bearer = 7}}),
            "+~");
  EXPECT_EQ(id.answer({{.date = 10, .says = 3, .bearer = 9}, {.date = 10, .says = 2, .bearer = 8}}),
            "~=");
}

TEST(a_date, moves_where_one_is_missing_and_one_row_is_new) {
  one_identity id;
  EXPECT_EQ(id.answer({{.date = 10, .says = 1}}), "+");
  EXPECT_EQ(id.answer({{.date = 20, .says = 1}}, all_day), "~");
  EXPECT_EQ(id.answer({{.date = 20, .says = 1}}, all_day), "=");
  EXPECT_EQ(id.kept(), 1U);
}

TEST(a_date, does_not_move_where_the_answer_need_not_have_shown_it) {
  for (const local_interval read : {local_interval{}, local_interval{written(11), written(30)},
                                    local_interval{written(1), written(10)}}) {
    one_identity id;
    id.answer({{.date = 10, .says = 1}});
    EXPECT_EQ(id.answer({{.date = 20, .says = 1}}, read), "+");
  }
}

TEST(a_date, does_not_move_where_two_could_have) {
  one_identity id;
  id.answer({{.date = 10, .says = 1}, {.date = 11, .says = 2}});
  EXPECT_EQ(id.answer({{.date = 20, .says = 1}}, all_day), "+");
  one_identity another;
  another.answer({{.date = 10, .says = 1}});
  EXPECT_EQ(another.answer({{.date = 20, .says = 1}, {.date = 21, .says = 1}}, all_day), "++");
  one_identity pair;
  pair.answer({{.date = 10, .says = 1}, {.date = 10, .says = 2}});
  EXPECT_EQ(pair.answer({{.date = 20, .says = 1}}, all_day), "+");
}

TEST(a_row_without_a_date, is_any_row_of_its_identity_that_is_not_there_otherwise) {
  one_identity id;
  EXPECT_EQ(id.answer({{.date = 0, .says = 1}}), "+");
  EXPECT_EQ(id.answer({{.date = 0, .says = 1}}), "=");
  EXPECT_EQ(id.answer({{.date = 10, .says = 1}}), "~") << "it can be read now, however cut";
  EXPECT_EQ(id.answer({{.date = 0, .says = 1}}, all_day), "=");
  EXPECT_EQ(id.answer({{.date = 0, .says = 9}, {.date = 10, .says = 1}}, all_day), "+=");
}

}  // namespace
}  // namespace wolkvox::metrics
