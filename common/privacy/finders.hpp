#pragma once
// The parts of find_personal_data(); of no use to others. All indexes are of symbols.
#include <cstddef>
#include <optional>
#include <vector>

#include "common/privacy/hints.hpp"
#include "common/privacy/personal_data.hpp"
#include "common/privacy/run.hpp"
#include "common/privacy/symbols.hpp"

namespace guichet::privacy {

struct Span {
    Kind kind = Kind::phone;
    std::size_t begin = 0;
    std::size_t end = 0;
};

// In order, without overlap.
std::vector<Span> find_mails(const Symbols& symbols);

// An IBAN that begins exactly at `start`.
std::optional<Span> iban_at(const Symbols& symbols, std::size_t start);

// A national number (Dutch and German ones where the words say so) or a card; `run` is what begins at
// `start`.
std::optional<Span> checked_number_at(const Symbols& symbols, std::size_t start, const Run& run,
                                      const Hints& hints);

// Behind a date in digits that begins at the run's first group; nothing when there is none.
std::optional<std::size_t> date_end(const Run& run);

}  // namespace guichet::privacy
