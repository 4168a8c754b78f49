#pragma once
// Personal data in a text: found to be refused in public words, or masked in lists and raw views.
//
// Found: telephone numbers (international; national forms of BE, FR, NL, DE, GB), mail addresses, IBANs,
// payment cards, national numbers (BE, FR; NL and DE where the words before say so). Numbers with a check
// digit are found only when it holds; README.md says what else decides. Pure, linear in the text.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace guichet::privacy {

enum class Kind { phone, mail, iban, card, national_number };
const char* to_string(Kind kind);  // "phone", "mail", "iban", "card", "national_number"

// Bytes [begin, end) of the text; never inside a UTF-8 sequence of well-formed text.
struct Finding {
    Kind kind = Kind::phone;
    std::size_t begin = 0;
    std::size_t end = 0;
    bool operator==(const Finding&) const = default;
};

// What lies behind is not read (and mask() leaves it out).
inline constexpr std::size_t kMaxTextBytes = 256 * 1024;

// In order of the text, without overlap. Ill-formed bytes are ordinary non-letters.
std::vector<Finding> find_personal_data(std::string_view text);

// The text with each finding replaced: "•••• 1234" for a card or an IBAN, "•••• 56" for a telephone or
// national number, "••@••" for a mail address. In characters never longer than the text; masking twice
// changes nothing. Text beyond kMaxTextBytes is replaced by "…".
std::string mask(std::string_view text);

// How one value is shown, as mask() does it.
std::string mask_value(Kind kind, std::string_view value);

}  // namespace guichet::privacy
