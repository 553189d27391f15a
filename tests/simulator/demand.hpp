// How many callers a moment brings: a day with two peaks, quiet nights that are never empty, slower
// weekends.
#pragma once

#include <chrono>

namespace wolkvox::simulator {

// Share of the day's calls per hour at that time of day; between hours it changes gradually. The
// day sums to 1.
double hourly_share(std::chrono::seconds second_of_day);
// Against a working day; 0 is Sunday.
double weekday_factor(unsigned weekday);

}  // namespace wolkvox::simulator
