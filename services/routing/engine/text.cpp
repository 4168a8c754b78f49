#include "services/routing/engine/text.hpp"

#include <algorithm>
#include <array>

#include "common/core/bytes.hpp"
#include "common/core/fold.hpp"

namespace guichet::routing {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_space(char32_t c) {
    return c == ' ' || c == '\t' || c == '\r' || c == 0xA0 || c == 0x202F || (c >= 0x2000 && c <= 0x200B) ||
           c == 0xFEFF;
}
bool is_apostrophe(char32_t c) {
    return c == '\'' || c == 0x2019 || c == 0x2BC || c == '`' || c == 0xB4;
}

// French articles and pronouns that lose their vowel: "l'attente" is two words, "don't" is one.
bool elides(std::string_view folded) {
    constexpr std::array<std::string_view, 6> kLong{"qu", "jusqu", "lorsqu", "puisqu", "quelqu", "quoiqu"};
    return folded.size() == 1 || std::find(kLong.begin(), kLong.end(), folded) != kLong.end();
}

class Reader {
  public:
    explicit Reader(Text& out) : out_(out), text_(out.text) {}

    void run() {
        while (at_ < text_.size()) {
            if (!link() && !tag() && !emoticon()) step();
        }
    }

  private:
    char32_t peek(std::size_t at) const { return at < text_.size() ? next_char(text_, at) : U'\0'; }

    // Nothing, or no letter nor digit, before the place we are at.
    bool at_boundary() const {
        if (at_ == 0) return true;
        const auto before = static_cast<unsigned char>(text_[at_ - 1]);
        if (before >= 0x80)
            return out_.tokens.empty() || out_.tokens.back().kind == TokenKind::emoji ||
                   out_.tokens.back().begin + out_.tokens.back().size < at_;
        return std::isalnum(before) == 0;
    }

    Token& add(TokenKind kind, std::size_t begin, std::size_t end, std::string folded) {
        Token token;
        token.kind = kind;
        token.begin = static_cast<std::uint32_t>(begin);
        token.size = static_cast<std::uint32_t>(end - begin);
        token.folded = std::move(folded);
        out_.tokens.push_back(std::move(token));
        at_ = end;
        return out_.tokens.back();
    }

    std::size_t end_of_run() const {
        std::size_t end = at_;
        while (end < text_.size()) {
            const auto c = static_cast<unsigned char>(text_[end]);
            if (c <= ' ' || c == '<' || c == '>' || c == '"') break;
            ++end;
        }
        return end;
    }

    static bool known_domain_end(std::string_view run) {
        constexpr std::array<std::string_view, 13> kEnds{".com", ".net",    ".org", ".io",   ".ly",
                                                         ".xyz", ".info",   ".biz", ".shop", ".site",
                                                         ".top", ".online", ".ru"};
        return std::any_of(kEnds.begin(), kEnds.end(),
                           [&](std::string_view end) { return run.ends_with(end); });
    }

    // "bit.ly/x1", "shop.example/offer": a name, a dot, two letters or more, a slash.
    static bool looks_like_path(std::string_view run) {
        const auto slash = run.find('/');
        if (slash == std::string_view::npos || slash < 4) return false;
        const auto dot = run.substr(0, slash).rfind('.');
        if (dot == std::string_view::npos || dot < 1 || slash - dot < 3) return false;
        const auto name = run.substr(0, slash);
        return std::all_of(name.begin(), name.end(), [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
        });
    }

    bool link() {
        const auto c = static_cast<unsigned char>(text_[at_]);
        // Looked at only where a word begins, so that every byte is seen a bounded number of times.
        if (std::isalnum(c) == 0 || !at_boundary()) return false;
        std::size_t end = std::min(end_of_run(), at_ + 512);
        while (end > at_ && std::string_view(".,;:!?)]'").find(text_[end - 1]) != std::string_view::npos)
            --end;
        const std::string_view run = std::string_view(text_).substr(at_, end - at_);
        const auto mail = run.find('@');
        const bool is_mail =
            mail != std::string_view::npos && mail > 0 && run.find('.', mail) != std::string_view::npos;
        if (!is_mail && !run.starts_with("http://") && !run.starts_with("https://") &&
            !run.starts_with("www.") && !looks_like_path(run) && !(run.size() > 5 && known_domain_end(run))) {
            return false;
        }
        add(TokenKind::url, at_, end, fold(run));
        return true;
    }

    bool tag() {
        const char mark = text_[at_];
        if ((mark != '@' && mark != '#') || !at_boundary()) return false;
        std::size_t end = at_ + 1;
        std::string folded;
        while (end < text_.size() && folded.size() < 64) {
            std::size_t next = end;
            const char32_t c = next_char(text_, next);
            if (!is_letter(c) && c != '_' && !(c < 0x80 && is_digit(static_cast<char>(c)))) break;
            append_folded(folded, c);
            end = next;
        }
        if (folded.empty() || is_digit(folded[0])) return false;
        add(mark == '@' ? TokenKind::mention : TokenKind::hashtag, at_, end, std::move(folded));
        return true;
    }

    // ":-(" ";)" "=D" ":'(" "<3" "xD": eyes, perhaps a tear or a nose, a mouth. Folded without nose: ":(".
    bool emoticon() {
        const char eyes = text_[at_];
        if (std::string_view(":;=<xX").find(eyes) == std::string_view::npos || !at_boundary()) return false;
        const auto ended = [&](std::size_t end) {
            return end >= text_.size() || std::isalnum(static_cast<unsigned char>(text_[end])) == 0;
        };
        if (text_.compare(at_, 2, "<3") == 0 && ended(at_ + 2)) {
            add(TokenKind::emoji, at_, at_ + 2, "<3");
            return true;
        }
        if (text_.compare(at_ + 1, 1, "D") == 0 && eyes != '<' && ended(at_ + 2)) {
            add(TokenKind::emoji, at_, at_ + 2, ":D");
            return true;
        }
        if (eyes == '<' || eyes == 'x' || eyes == 'X') return false;
        std::string folded(1, eyes == '=' ? ':' : eyes);
        std::size_t end = at_ + 1;
        if (end < text_.size() && text_[end] == '\'') folded += text_[end++];
        if (end < text_.size() && (text_[end] == '-' || text_[end] == 'o' || text_[end] == '^')) ++end;
        if (end >= text_.size() || std::string_view("()DPp/|*[]").find(text_[end]) == std::string_view::npos)
            return false;
        char mouth = text_[end];
        if (mouth == ']') mouth = ')';
        if (mouth == '[') mouth = '(';
        if (mouth == 'p') mouth = 'P';
        if (!ended(end + 1)) return false;
        while (end + 1 < text_.size() && text_[end + 1] == text_[end]) ++end;
        add(TokenKind::emoji, at_, end + 1, folded + mouth);
        return true;
    }

    void step() {
        std::size_t next = at_;
        const char32_t c = next_char(text_, next);
        if (is_letter(c)) {
            word();
        } else if (c < 0x80 && is_digit(static_cast<char>(c))) {
            number();
        } else if (is_emoji(c)) {
            emoji();
        } else if (is_space(c) || is_emoji_part(c) || c < ' ') {
            if (c == '\n') {
                add(TokenKind::punct, at_, next, "\n");
            } else {
                at_ = next;
            }
        } else {
            mark(c, next);
        }
    }

    void word() {
        std::string folded;
        std::size_t end = at_;
        std::size_t letters = 0;
        std::size_t capitals = 0;
        while (end < text_.size()) {
            std::size_t next = end;
            const char32_t c = next_char(text_, next);
            if (is_apostrophe(c) && is_letter(peek(next))) {
                if (elides(folded)) break;
                end = next;
                continue;
            }
            if (!is_letter(c)) break;
            append_folded(folded, c);
            ++letters;
            if (is_upper(c)) ++capitals;
            end = next;
        }
        out_.letters += letters;
        ++out_.words;
        Token& token = add(TokenKind::word, at_, end, std::move(folded));
        token.caps = letters >= 3 && capitals == letters;
        std::string two = squeeze(token.folded, 2);
        if (two.size() != token.folded.size()) {
            token.squeezed = squeeze(two, 1);
            token.squeezed2 = std::move(two);
        }
    }

    void number() {
        std::size_t end = at_;
        while (end < text_.size() &&
               (is_digit(text_[end]) || ((text_[end] == '.' || text_[end] == ',' || text_[end] == ':' ||
                                          text_[end] == '/' || text_[end] == '-') &&
                                         end + 1 < text_.size() && is_digit(text_[end + 1])))) {
            ++end;
        }
        add(TokenKind::number, at_, end, text_.substr(at_, end - at_));
    }

    void emoji() {
        std::size_t end = at_;
        std::string folded;
        append_utf8(folded, next_char(text_, end));
        const std::size_t parts = std::min(text_.size(), end + 32);
        bool joined = false;
        while (end < parts) {
            std::size_t next = end;
            const char32_t c = next_char(text_, next);
            if (!is_emoji_part(c) && !(joined && is_emoji(c))) break;
            joined = c == 0x200D;
            end = next;
        }
        add(TokenKind::emoji, at_, end, std::move(folded));
    }

    void mark(char32_t c, std::size_t next) {
        const bool hyphen = c == '-' || c == 0x2010 || c == 0x2011;
        const bool inside = !out_.tokens.empty() && out_.tokens.back().kind == TokenKind::word &&
                            out_.tokens.back().begin + out_.tokens.back().size == at_ &&
                            is_letter(peek(next));
        // "est-ce" is two words side by side; a dash between spaces is a mark.
        if (is_apostrophe(c) || (hyphen && inside)) {
            at_ = next;
            return;
        }
        std::size_t end = next;
        std::size_t count = 1;
        while (end < text_.size()) {
            std::size_t after = end;
            if (next_char(text_, after) != c) break;
            end = after;
            ++count;
        }
        std::string folded;
        append_utf8(folded, c);
        if (c == '.' && count > 1) folded = "…";
        const bool symbol = c == 0x20AC || c == '$' || c == 0xA3 || c == '%' || c == '+';
        add(symbol ? TokenKind::symbol : TokenKind::punct, at_, end, std::move(folded));
    }

    Text& out_;
    const std::string& text_;
    std::size_t at_ = 0;
};

bool one_of(std::string_view folded, std::string_view marks) {
    return folded.size() == 1 && marks.find(folded[0]) != std::string_view::npos;
}

}  // namespace

std::string Text::quote(std::size_t first, std::size_t last) const {
    const auto begin = tokens[first].begin;
    return text.substr(begin, tokens[last].begin + tokens[last].size - begin);
}

bool Text::ends_sentence(std::size_t token) const {
    const Token& t = tokens[token];
    return t.kind == TokenKind::punct && (one_of(t.folded, ".!?;\n") || t.folded == "…");
}

bool Text::ends_clause(std::size_t token) const {
    const Token& t = tokens[token];
    return ends_sentence(token) ||
           (t.kind == TokenKind::punct && (one_of(t.folded, ",:()-") || t.folded == "–" || t.folded == "—"));
}

Text read_text(std::string_view message) {
    Text out;
    out.text = truncate_utf8(repair_utf8(message.substr(0, kMaxTextBytes)), kMaxTextBytes);
    Reader(out).run();
    std::size_t words = 0;
    std::size_t caps = 0;
    for (const Token& token : out.tokens) {
        if (token.kind == TokenKind::punct && token.folded == "?") out.asks = true;
        if (token.kind != TokenKind::word || token.folded.size() < 3) continue;
        ++words;
        if (token.caps) ++caps;
    }
    out.shouted = words >= 3 && caps * 2 > words;
    return out;
}

}  // namespace guichet::routing
