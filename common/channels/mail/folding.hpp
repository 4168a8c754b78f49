#pragma once
// What a customer wrote anew, apart from what his mail program quoted. Pure.
#include <string>
#include <string_view>

namespace guichet::channels::mail {

struct Folded {
    // Never empty unless the text is blank: where nothing is left, nothing is folded.
    std::string fresh;
    // Signature, attribution line and history, as they stood.
    std::string quoted;
};

// Knows `>` lines, a signature after "-- ", "On … wrote:" and the header blocks of Outlook and Thunderbird
// in English, French, Dutch, German, Spanish, Italian and Portuguese. Answers between quoted lines stay where
// they are, with the lines they answer. A forwarded mail is what the customer wants to show: it is not
// folded.
Folded fold_quotes(std::string_view text);

}  // namespace guichet::channels::mail
