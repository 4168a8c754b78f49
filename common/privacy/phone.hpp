#pragma once
// Which numbers are telephone numbers; of no use to others.
// Source of lengths: ITU-T E.164 and the national numbering plans (BIPT, ARCEP, ACM, Bundesnetzagentur,
// Ofcom); only lengths and first digits count, not which ranges are assigned.
#include <optional>

#include "common/privacy/hints.hpp"
#include "common/privacy/run.hpp"

namespace guichet::privacy {

// What stands around a number.
struct Around {
    bool plus = false;          // a '+' right before
    bool after_digits = false;  // joined to digits by a mark: the tail of a longer number
    bool marked = false;        // '#', '*', '+', '=' or '_' right before, or a word and a mark
};

// A number may be a phone number, or one that is certainly none.
struct PhoneVerdict {
    bool is_phone = false;
    std::size_t groups = 0;  // of the run, that belong to it
};

// Nothing: the number's beginning says neither.
std::optional<PhoneVerdict> judge_phone(const Run& run, const Around& around, const Hints& hints);

}  // namespace guichet::privacy
