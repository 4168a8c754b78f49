#pragma once
// The code that a private page shows, and what its return in public proves. Pure.
//
// A link that everybody could read opens an unproven page. The page shows a code; only the author's own
// account, posting it where he complained, proves that page and author are one person. What the code proves
// is the account it came from, so a stranger who has it gains nothing by posting it.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.hpp"
#include "common/core/random.hpp"

namespace guichet::proof {

// Six characters, three and three, at least one digit in each half and no vowels: no word is a code. None of
// 0, O, 1, I, L, 2, Z is in use, and of 5 and S, 8 and B, 6 and G only the digit: what is confused on a
// screen cannot be confused here. More than 2^24 codes, against a handful of tries from one account.
inline constexpr std::string_view kCodeAlphabet = "CDFHJKMNPQRTVWXY3456789";
inline constexpr std::size_t kCodeSize = 6;

// "K7M-4QX"
std::string make_code(Random& random);

// The codes that a comment holds, as make_code() writes them; at most kMostCodes. Taken as one: lower case,
// full-width characters, any dash, spaces or a dot between the halves or all characters, S for 5, B for 8, G
// for 6. A code with 0, O, 1, I, L, 2 or Z in it is none.
inline constexpr std::size_t kMostCodes = 4;
std::vector<std::string> find_codes(std::string_view text);
std::optional<std::string> find_code(std::string_view text);  // the first of them

// Nothing but a code and what stands between words: it needs no answer.
bool only_code(std::string_view text);

// An account of a platform; without an id, nobody's.
struct Account {
    std::string channel;
    std::string id;
    bool known() const { return !channel.empty() && !id.empty(); }
    bool operator==(const Account&) const = default;
};

struct CodeSettings {
    TimeMs lifetime = 24LL * 3'600'000;
    int most_wrong = 5;  // comments of the author with wrong codes
};

// Of one visitor's session on a private page, never of the link: two may have opened the same one, and only
// who was shown the code is proven by it.
struct CodeState {
    std::string code;
    TimeMs expires_at = 0;
    int wrong = 0;
    bool used = false;
};

CodeState issue_code(Random& random, TimeMs now, const CodeSettings& settings);

enum class Attempt {
    none,           // the text has no code
    other_account,  // not the author: counts for nothing, right or wrong, or strangers could use the tries up
    matched,
    wrong,
    expired,
    exhausted,  // too many wrong ones before
    used,       // proven before
};
const char* to_string(Attempt attempt);

struct Tried {
    Attempt attempt = Attempt::none;
    CodeState next;  // what to keep
};

// A public comment by `poster` on the thread that `author` began. The comparison takes the same time for
// every code.
Tried try_code(const CodeState& state, std::string_view text, const Account& poster, const Account& author,
               TimeMs now, const CodeSettings& settings);

}  // namespace guichet::proof
