#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "common/privacy/finders.hpp"
#include "common/privacy/phone.hpp"

namespace guichet::privacy {
namespace {

constexpr std::size_t kMostWord = 40;  // letters of a word that are looked at
// Links that are telephone numbers: https://wa.me/<number>, …?phone=<number>.
constexpr auto kPhoneLinks = std::to_array<std::string_view>({"wa.me/", "phone="});
constexpr std::size_t kLeastLinked = 8;
constexpr std::size_t kMostLinked = 15;

class Finder {
  public:
    Finder(const Symbols& symbols, std::vector<Span> mails) : symbols_(symbols), mails_(std::move(mails)) {}

    std::vector<Span> run() {
        while (at_ < symbols_.size()) {
            if (!skip_mail()) step();
        }
        return std::move(out_);
    }

  private:
    char here(std::size_t ahead = 0) const { return at(symbols_, at_ + ahead); }
    char before() const { return at_ == 0 ? '\0' : at(symbols_, at_ - 1); }

    bool skip_mail() {
        if (mail_ >= mails_.size() || at_ < mails_[mail_].begin) return false;
        add(mails_[mail_++]);
        return true;
    }

    void add(const Span& span) {
        out_.push_back(span);
        at_ = span.end;
    }

    // A mail address may begin inside of what is taken for something else.
    bool free(const Span& span) const { return mail_ >= mails_.size() || span.end <= mails_[mail_].begin; }

    bool take(const std::optional<Span>& span) {
        if (!span || !free(*span)) return false;
        add(*span);
        return true;
    }

    void step() {
        const char c = here();
        if (is_word(c)) {
            word();
        } else if (is_digit(c)) {
            number(at_, false);
        } else if (c == '+' && (is_digit(here(1)) || (here(1) == ' ' && is_digit(here(2))))) {
            number(at_ + (here(1) == ' ' ? 2 : 1), true);
        } else {
            if (c == '\n') hints_.line_end();
            ++at_;
        }
    }

    bool begins(std::string_view words) const {
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (here(i) != words[i]) return false;
        }
        return true;
    }

    void word() {
        if (begins("http://") || begins("https://") || begins("www.") || begins("wa.me/")) {
            link();
            return;
        }
        if (take(iban_at(symbols_, at_))) return;
        std::string letters;
        while (is_word(here())) {
            if (letters.size() < kMostWord) letters += here();
            ++at_;
        }
        hints_.word(letters);
        // "tel0475123456" is one; other words that go on in digits are references.
        if (is_digit(here()) && hint_of(letters) != Hint::phone) {
            while (is_word_or_digit(here())) ++at_;
        }
    }

    void link() {
        std::size_t end = at_;
        while (end < symbols_.size() && !ends_link(at(symbols_, end))) ++end;
        while (at_ < end) {
            if (skip_mail()) continue;
            if (const auto size = phone_link(); size > 0) {
                at_ += size;
                linked_number();
            } else {
                ++at_;
            }
        }
    }

    static bool ends_link(char c) { return c == ' ' || c == '\n' || c == '<' || c == '>' || c == '"'; }

    std::size_t phone_link() const {
        for (const auto words : kPhoneLinks) {
            if (begins(words)) return words.size();
        }
        return 0;
    }

    void linked_number() {
        if (here() == '+') ++at_;
        std::size_t end = at_;
        while (is_digit(at(symbols_, end))) ++end;
        if (end - at_ >= kLeastLinked && end - at_ <= kMostLinked) take(Span{Kind::phone, at_, end});
    }

    Around around(std::size_t start, bool plus) const {
        Around out;
        out.plus = plus;
        std::size_t first = plus ? at_ : start;
        while (first > 0 && at(symbols_, first - 1) == '(') --first;
        if (first == 0) return out;
        const char mark = at(symbols_, first - 1);
        const char beyond = first > 1 ? at(symbols_, first - 2) : '\0';
        const bool joins = mark == '-' || mark == '/' || mark == '.' || mark == ',' || mark == '_';
        out.after_digits = is_digit(mark) || (joins && is_digit(beyond));
        out.marked = std::string_view("#*+=_").find(mark) != std::string_view::npos || is_word(mark) ||
                     (joins && is_word(beyond));
        return out;
    }

    void number(std::size_t start, bool plus) {
        const Around near = around(start, plus);
        const Run run = read_run(symbols_, start, plus);
        if (!plus && !near.after_digits && take(checked_number_at(symbols_, start, run, hints_))) return;
        if (!plus) {
            if (const auto end = date_end(run)) {
                at_ = *end;
                return;
            }
        }
        const auto verdict = judge_phone(run, near, hints_);
        if (!verdict) {
            skip_group(start);
            return;
        }
        const Span span{Kind::phone, plus ? at_ : start, run.groups[verdict->groups - 1].end};
        if (!verdict->is_phone) {
            at_ = span.end;
        } else if (!take(span)) {
            skip_group(start);
        }
    }

    void skip_group(std::size_t start) {
        at_ = start;
        while (is_word_or_digit(here())) ++at_;
    }

    const Symbols& symbols_;
    std::vector<Span> mails_;
    std::size_t mail_ = 0;
    std::vector<Span> out_;
    std::size_t at_ = 0;
    Hints hints_;
};

}  // namespace

std::vector<Finding> find_personal_data(std::string_view text) {
    const Symbols symbols = read_symbols(text);
    std::vector<Finding> out;
    for (const Span& span : Finder(symbols, find_mails(symbols)).run()) {
        out.push_back({span.kind, symbols[span.begin].begin, symbols[span.end - 1].end});
    }
    return out;
}

}  // namespace guichet::privacy
