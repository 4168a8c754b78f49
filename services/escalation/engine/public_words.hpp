#pragma once
// What may stand in public: the invitation to a private way, and the closing word. Pure.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace guichet::escalation {

enum class ProblemKind { empty, too_long, personal_data, name, dispute };
const char* to_string(ProblemKind kind);  // "empty", "too_long", ...

// Bytes [begin, end) of the text; both 0 when it is the whole.
struct Problem {
    ProblemKind kind = ProblemKind::empty;
    std::string words;  // what to change
    std::size_t begin = 0;
    std::size_t end = 0;
};

struct CaseFacts {
    // Of the person: refused wherever they stand, in any case and spelling of accents.
    std::vector<std::string> names;
    std::vector<std::string> mails;
    std::vector<std::string> phones;
    // What the platform shows beside the person's comment anyway: words of it are no secret.
    std::string public_name;
    // What must not be said of the matter, see dispute_terms(). A term of several words is looked for as
    // such.
    std::vector<std::string> terms;
    // The brand's own mail addresses and telephone numbers: allowed.
    std::vector<std::string> own;
    // The private link: not looked into.
    std::string link;
    std::size_t max_length = 8000;  // characters; the platform's own measure is the connector's affair
};

inline constexpr std::size_t kMostProblems = 20;
inline constexpr std::size_t kMostTerms = 64;  // of a case; further ones are not looked for

// In order of the text; empty: it may be published.
std::vector<Problem> check_public(std::string_view text, const CaseFacts& facts);

// The words of a case's cause, subject and labels that tell what it is about: without function words and
// what every invitation says anyway. At most kMostTerms.
std::vector<std::string> dispute_terms(const std::vector<std::string>& texts);

// True when the two words (one each) are forms of one: without case and accents, or with usual endings of
// FR, NL, EN, DE ("remboursé", "remboursement"), or one ends a compound of the other ("terugbetaling",
// "betaling").
bool same_word(std::string_view a, std::string_view b);

// Stands for the private link in suggest_invitation().
inline constexpr std::string_view kLinkVariable = "{{link}}";

// Default texts; `language` as "fr" or "fr-BE", English for what is not FR, NL, EN, DE. With a link, the text
// has kLinkVariable in it. `persona`: who signs; empty: nobody. They name no person and no dispute.
std::string suggest_invitation(std::string_view language, bool has_link, std::string_view persona);
std::string suggest_closing(std::string_view language);

}  // namespace guichet::escalation
