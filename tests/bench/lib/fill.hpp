#pragma once
// Many conversations before a measure begins.
#include "tests/bench/lib/world.hpp"

namespace guichet::bench {

// Until so many wait, of `world.messages_each` messages each, triaged by the server under test. Tells how far
// it is where it takes long; throws when it comes to a stand.
void fill(World& world, long waiting);

// The same, where it is not the filling that is measured: a thousand and more are copies of one that came
// that way (mould.hpp).
void fill_fast(World& world, long waiting);

}  // namespace guichet::bench
