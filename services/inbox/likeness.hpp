#pragma once
// How likely two contacts are one person, and why. Pure: what is compared is read by others.
#include <string>
#include <vector>

#include "common/store/types.hpp"
#include "guichet/v1/types.pb.h"

namespace guichet::inbox {

struct PersonFacts {
    // As channels show them.
    std::vector<std::string> names;
    std::vector<store::ContactMark> marks;
    // ISO 639-1, of the newest conversation; may be empty.
    std::string language;
};

struct Likeness {
    // 0 to 1.
    double score = 0;
    // What is the same, heaviest first, then what is not; see ContactSuggestion.
    std::vector<v1::Reason> reasons;
};

// An address weighs more where both wrote from it; a name of one word hardly anything; a name without
// anything else never reaches a half.
Likeness likeness(const PersonFacts& a, const PersonFacts& b);

}  // namespace guichet::inbox
