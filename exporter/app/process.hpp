// What the process asks of the operating system before and after its work.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace wolkvox::app {

// First of all: descriptors 0 to 2 that were closed are opened on /dev/null, so that no socket and
// no database gets the number of standard error; a reader that goes away is an error of the write.
void begin_process();

// How many connections there can be at once. The soft limit of descriptors is raised to the hard
// one where `wanted` does not fit; where that is not enough, `trouble` says so.
struct connection_limit {
  std::size_t connections = 0;
  std::string trouble;
};
connection_limit make_room_for_connections(std::size_t wanted);

// Of a thread that polls keep busy: where processors are few, a scrape goes first.
void give_way_to_scrapes();

// Ends the process then, whatever still holds it up (a disk that hangs), unless it has ended
// before.
void end_by_force_after(std::chrono::milliseconds patience, int status);

// The last thing of main(): writes the log to its end and gives back `status`; does not return
// where a thread that nobody joins is still at work.
int end_process(int status);

}  // namespace wolkvox::app
