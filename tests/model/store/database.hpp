#pragma once
// What the database holds, as facts that can be compared with those that follow from a model.
#include <map>
#include <string>
#include <vector>

#include "tests/model/store/model.hpp"

namespace guichet::test::model {

// "c:01H… st" -> "waiting", "q:care|fr|form|private 01H…" -> "1700000000000", "timers lease|brand|01H…" -> …
using Facts = std::map<std::string, std::string>;

struct Picture {
    Facts facts;
    // Entries of the work streams, oldest first.
    std::vector<std::pair<std::string, Work>> work;
    // As Model::events has them.
    std::vector<std::string> events;
};

// `lines`: of snapshot_command(true). `prefix`: the partition's.
Picture read_picture(const std::vector<std::string>& lines, const std::string& prefix,
                     const std::string& workspace);

Facts facts_of(const Model& model);

// What differs, in words; empty when nothing does.
std::string difference(const Facts& database, const Facts& model);

// What must hold whatever the model says; the first thing that does not, in words.
std::string broken_invariant(const Facts& database);

}  // namespace guichet::test::model
