#pragma once
// The function library with two more functions for tests, which Redis then holds instead of the real one:
//   g1_test_clock "<ms>"         the functions' clock stands at that time; "": it runs again
//   g1_test_fail "<n>" "<mode>"  in the calls that follow, redis.call number n of each call fails; mode
//   "from": and
//                                all after it. "0": none. Answers the number of redis.calls of the last
//                                function and how many of them failed.
// A Store that never calls load() then works on it.
#include <string>
#include <vector>

#include "common/redis/command.hpp"

namespace guichet::test {

// Throws std::logic_error when the text has not the places where the hooks go.
std::string library_with_faults(std::string text);

redis::Command load_library(const std::string& text);

// Everything in the database, one line for each field, member, element and entry, in an order of its own:
// reply is an array of texts. `ids`: with the ids of stream entries, which depend on when they were written.
// Streams without entries count as absent.
// Keys whose name contains one of `without` are left out.
redis::Command snapshot_command(bool ids, const std::vector<std::string>& without = {});

}  // namespace guichet::test
