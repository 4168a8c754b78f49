#include "services/escalation/engine/public_words.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "common/core/fold.hpp"
#include "common/privacy/personal_data.hpp"
#include "services/escalation/engine/words.hpp"

namespace guichet::escalation {
namespace {

constexpr std::size_t kLeastNameLetters = 3;
constexpr std::size_t kLeastTermLetters = 3;
constexpr std::size_t kComparedDigits = 8;  // of telephone numbers: what is left without prefixes

constexpr auto kParticles = std::to_array<std::string_view>(
    {"van",   "von", "der", "den", "des", "het",  "ten",  "ter",  "vander", "vanden", "del",
     "della", "dos", "mac", "ben", "mme", "mevr", "herr", "frau", "mrs",    "the"});

std::string digits_of(std::string_view text) {
    std::string out;
    std::copy_if(text.begin(), text.end(), std::back_inserter(out),
                 [](char c) { return c >= '0' && c <= '9'; });
    return out;
}

std::string last_digits(std::string_view text) {
    const auto digits = digits_of(text);
    return digits.size() < kComparedDigits ? std::string{} : digits.substr(digits.size() - kComparedDigits);
}

bool is_mail(std::string_view text) {
    return text.find('@') != std::string_view::npos;
}

bool is_own(std::string_view found, const std::vector<std::string>& own) {
    return std::any_of(own.begin(), own.end(), [&](const std::string& mine) {
        if (is_mail(mine) || is_mail(found)) return fold(mine) == fold(found);
        return !last_digits(mine).empty() && last_digits(mine) == last_digits(found);
    });
}

const char* called(privacy::Kind kind) {
    switch (kind) {
        case privacy::Kind::phone:
            return "telephone number";
        case privacy::Kind::mail:
            return "mail address";
        case privacy::Kind::iban:
            return "account number";
        case privacy::Kind::card:
            return "card number";
        case privacy::Kind::national_number:
            return "national number";
    }
    return "";
}

bool is_visible(char32_t c) {
    return c > ' ' && c != 0x7F && c != 0xA0 && c != 0xAD && !(c >= 0x2000 && c <= 0x200F) &&
           !(c >= 0x2028 && c <= 0x202F) && !(c >= 0x205F && c <= 0x2064) && c != 0x3000 && c != 0xFEFF &&
           c != 0xFFFD;
}

class Check {
  public:
    Check(std::string_view text, const CaseFacts& facts) : text_(text), facts_(facts) { find_links(); }

    std::vector<Problem> run() {
        check_length();
        check_found();
        check_known_numbers();
        check_known_mails();
        words_ = words_of(text_);
        check_names();
        check_terms();
        std::stable_sort(out_.begin(), out_.end(),
                         [](const Problem& a, const Problem& b) { return a.begin < b.begin; });
        if (out_.size() > kMostProblems) out_.resize(kMostProblems);
        return std::move(out_);
    }

  private:
    struct Span {
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    void add(ProblemKind kind, std::string words, std::size_t begin, std::size_t end) {
        out_.push_back({kind, std::move(words), begin, end});
    }

    void find_links() {
        if (facts_.link.empty()) return;
        for (auto at = text_.find(facts_.link); at != std::string_view::npos;
             at = text_.find(facts_.link, at + facts_.link.size())) {
            links_.push_back({at, at + facts_.link.size()});
        }
    }

    bool in_link(std::size_t begin, std::size_t end) const {
        return std::any_of(links_.begin(), links_.end(),
                           [&](const Span& link) { return begin >= link.begin && end <= link.end; });
    }

    void check_length() {
        std::size_t characters = 0;
        bool visible = false;
        for (std::size_t at = 0; at < text_.size(); ++characters) {
            visible = is_visible(next_char(text_, at)) || visible;
        }
        if (!visible) add(ProblemKind::empty, "write something: the text is empty", 0, 0);
        if (characters > facts_.max_length) {
            add(ProblemKind::too_long,
                "shorten it: it has " + std::to_string(characters) + " characters, " +
                    std::to_string(facts_.max_length) + " are allowed",
                0, 0);
        }
    }

    void check_found() {
        for (const auto& found : privacy::find_personal_data(text_)) {
            const auto value = text_.substr(found.begin, found.end - found.begin);
            if (in_link(found.begin, found.end) || is_own(value, facts_.own)) continue;
            personal(called(found.kind), privacy::mask_value(found.kind, value), found.begin, found.end);
        }
    }

    void personal(const char* what, const std::string& shown, std::size_t begin, std::size_t end) {
        const auto same = [&](const Problem& p) {
            return p.kind == ProblemKind::personal_data && p.begin < end && begin < p.end;
        };
        if (std::any_of(out_.begin(), out_.end(), same)) return;
        add(ProblemKind::personal_data,
            std::string("take out the ") + what + " " + shown + ": everybody can read this", begin, end);
    }

    // However the number is written: with its digits in a row, and anything but letters between.
    void check_known_numbers() {
        std::string digits;
        std::vector<std::size_t> places;
        for (std::size_t at = 0; at < text_.size();) {
            const auto begin = at;
            const char32_t c = next_char(text_, at);
            if (c >= '0' && c <= '9') {
                digits += static_cast<char>(c);
                places.push_back(begin);
            } else if (is_letter(c)) {
                digits += ' ';
                places.push_back(begin);
            }
        }
        for (const auto& phone : facts_.phones) {
            const auto last = last_digits(phone);
            const auto at = last.empty() ? std::string::npos : digits.find(last);
            if (at == std::string::npos) continue;
            const auto begin = places[at];
            const auto end = places[at + last.size() - 1] + 1;
            if (in_link(begin, end)) continue;
            personal("person's telephone number", privacy::mask_value(privacy::Kind::phone, last), begin,
                     end);
        }
    }

    void check_known_mails() {
        const std::string lower = ascii_lower(text_);
        for (const auto& mail : facts_.mails) {
            if (mail.empty()) continue;
            const auto at = lower.find(ascii_lower(mail));
            if (at == std::string::npos || in_link(at, at + mail.size())) continue;
            personal("person's mail address", privacy::mask_value(privacy::Kind::mail, mail), at,
                     at + mail.size());
        }
    }

    static std::string ascii_lower(std::string_view text) {
        std::string out(text);
        for (char& c : out) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        }
        return out;
    }

    void check_names() {
        std::set<std::string> shown;
        for (const Word& word : words_of(facts_.public_name)) shown.insert(word.folded);
        std::set<std::string> secret;
        for (const auto& name : facts_.names) {
            for (Word& word : words_of(name)) {
                if (is_name(word.folded) && !shown.contains(word.folded))
                    secret.insert(std::move(word.folded));
            }
        }
        for (const Word& word : words_) {
            if (in_link(word.begin, word.end) || secret.erase(word.folded) == 0) continue;
            add(ProblemKind::name, "do not name the person: take out \"" + quote(word.begin, word.end) + "\"",
                word.begin, word.end);
        }
    }

    static bool is_name(const std::string& folded) {
        std::size_t letters = 0;
        for (std::size_t at = 0; at < folded.size();) letters += is_letter(next_char(folded, at)) ? 1 : 0;
        const bool latin = static_cast<unsigned char>(folded[0]) < 0x80;
        return letters >= (latin ? kLeastNameLetters : 1) &&
               std::find(kParticles.begin(), kParticles.end(), folded) == kParticles.end();
    }

    void check_terms() {
        std::size_t looked_for = 0;
        for (const auto& term : facts_.terms) {
            const auto parts = words_of(term);
            if (parts.empty() || ++looked_for > kMostTerms) continue;
            for (std::size_t i = 0; i + parts.size() <= words_.size(); ++i) {
                const Word& first = words_[i];
                const Word& last = words_[i + parts.size() - 1];
                if (in_link(first.begin, last.end) || !says(parts, i)) continue;
                dispute(first.begin, last.end);
                break;
            }
        }
    }

    bool says(const std::vector<Word>& parts, std::size_t at) const {
        for (std::size_t i = 0; i < parts.size(); ++i) {
            if (!same_folded(words_[at + i].folded, parts[i].folded)) return false;
        }
        return true;
    }

    void dispute(std::size_t begin, std::size_t end) {
        const auto same = [&](const Problem& p) {
            return p.kind == ProblemKind::dispute && p.begin == begin;
        };
        if (std::any_of(out_.begin(), out_.end(), same)) return;
        add(ProblemKind::dispute, "do not say what the matter is: take out \"" + quote(begin, end) + "\"",
            begin, end);
    }

    std::string quote(std::size_t begin, std::size_t end) const {
        return std::string(text_.substr(begin, end - begin));
    }

    std::string_view text_;
    const CaseFacts& facts_;
    std::vector<Span> links_;
    std::vector<Word> words_;
    std::vector<Problem> out_;
};

// What the default texts say in any language names no dispute.
std::set<std::string> said_anyway() {
    std::set<std::string> out;
    for (const auto language : {"fr", "nl", "en", "de"}) {
        for (const auto& text : {suggest_invitation(language, true, ""),
                                 suggest_invitation(language, false, ""), suggest_closing(language)}) {
            for (Word& word : words_of(text)) out.insert(std::move(word.folded));
        }
    }
    return out;
}

bool among(const std::set<std::string>& words, const std::string& folded) {
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& word) { return same_folded(word, folded); });
}

}  // namespace

const char* to_string(ProblemKind kind) {
    switch (kind) {
        case ProblemKind::empty:
            return "empty";
        case ProblemKind::too_long:
            return "too_long";
        case ProblemKind::personal_data:
            return "personal_data";
        case ProblemKind::name:
            return "name";
        case ProblemKind::dispute:
            return "dispute";
    }
    return "";
}

std::vector<Problem> check_public(std::string_view text, const CaseFacts& facts) {
    return Check(text, facts).run();
}

std::vector<std::string> dispute_terms(const std::vector<std::string>& texts) {
    static const std::set<std::string> anyway = said_anyway();
    std::vector<std::string> out;
    for (const auto& text : texts) {
        for (const Word& word : words_of(text)) {
            if (out.size() >= kMostTerms) return out;
            const bool known = std::find(out.begin(), out.end(), word.folded) != out.end();
            if (known || word.folded.size() < kLeastTermLetters || is_function_word(word.folded)) continue;
            if (!among(anyway, word.folded)) out.push_back(word.folded);
        }
    }
    return out;
}

bool same_word(std::string_view a, std::string_view b) {
    return same_folded(fold(a), fold(b));
}

}  // namespace guichet::escalation
