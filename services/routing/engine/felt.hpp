#pragma once
// Words of feeling on their way through the rules of sentiment.cpp and negation.cpp; of no use to others.
#include <string>
#include <vector>

#include "services/routing/engine/lexicon.hpp"
#include "services/routing/engine/text.hpp"

namespace guichet::routing {

struct Felt {
    Hit hit;
    double weight = 0;
    std::size_t negations = 0;
    double negation_strength = 1;
    std::string negator;
    std::string rule;

    bool denied() const { return negations % 2 == 1; }
};

inline constexpr std::size_t kNegatorReach = 4;  // words from a negator to the word it negates
// Words from which on a message takes its time.
inline constexpr std::size_t kLongStatement = 14;
inline constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// Words between two tokens; kNone when a clause ends between them, or they are too many to matter.
std::size_t distance(const Text& text, std::size_t from, std::size_t to);

// Marks the words that negators among `hits` negate. Returns the negators that found none.
std::vector<Hit> negate(const Text& text, const std::vector<Hit>& hits, std::vector<Felt>& felt);

}  // namespace guichet::routing
