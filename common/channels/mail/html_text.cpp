#include "common/channels/mail/html_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/channels/mail/text.hpp"
#include "common/core/bytes.hpp"
#include "common/http/headers.hpp"
#include "common/http/web_address.hpp"

namespace guichet::channels::mail {
namespace {

constexpr std::size_t kMaxEntity = 12;
constexpr std::size_t kMaxUrl = 1000;
constexpr int kMaxQuoteDepth = 10;

struct Entity {
    std::string_view name;
    char32_t code;
};

// Those that mail programs write; others come as numbers or as they are. Sorted for reading, not for search.
constexpr Entity kEntities[] = {
    {"AElig", 0xC6},    {"Aacute", 0xC1},   {"Agrave", 0xC0},   {"Auml", 0xC4},    {"Ccedil", 0xC7},
    {"Eacute", 0xC9},   {"Ecirc", 0xCA},    {"Egrave", 0xC8},   {"Ntilde", 0xD1},  {"OElig", 0x152},
    {"Ouml", 0xD6},     {"Uuml", 0xDC},     {"aacute", 0xE1},   {"acirc", 0xE2},   {"aelig", 0xE6},
    {"agrave", 0xE0},   {"amp", '&'},       {"apos", '\''},     {"aring", 0xE5},   {"atilde", 0xE3},
    {"auml", 0xE4},     {"bdquo", 0x201E},  {"bull", 0x2022},   {"ccedil", 0xE7},  {"cent", 0xA2},
    {"copy", 0xA9},     {"deg", 0xB0},      {"eacute", 0xE9},   {"ecirc", 0xEA},   {"egrave", 0xE8},
    {"emsp", 0x2003},   {"ensp", 0x2002},   {"euml", 0xEB},     {"euro", 0x20AC},  {"frac12", 0xBD},
    {"gt", '>'},        {"hellip", 0x2026}, {"iacute", 0xED},   {"icirc", 0xEE},   {"iexcl", 0xA1},
    {"igrave", 0xEC},   {"iquest", 0xBF},   {"iuml", 0xEF},     {"laquo", 0xAB},   {"ldquo", 0x201C},
    {"lsaquo", 0x2039}, {"lsquo", 0x2018},  {"lt", '<'},        {"mdash", 0x2014}, {"middot", 0xB7},
    {"nbsp", 0xA0},     {"ndash", 0x2013},  {"ntilde", 0xF1},   {"oacute", 0xF3},  {"ocirc", 0xF4},
    {"oelig", 0x153},   {"ograve", 0xF2},   {"oslash", 0xF8},   {"otilde", 0xF5},  {"ouml", 0xF6},
    {"para", 0xB6},     {"pound", 0xA3},    {"quot", '"'},      {"raquo", 0xBB},   {"rdquo", 0x201D},
    {"reg", 0xAE},      {"rsaquo", 0x203A}, {"rsquo", 0x2019},  {"sbquo", 0x201A}, {"sect", 0xA7},
    {"shy", 0xAD},      {"szlig", 0xDF},    {"thinsp", 0x2009}, {"times", 0xD7},   {"trade", 0x2122},
    {"uacute", 0xFA},   {"ucirc", 0xFB},    {"ugrave", 0xF9},   {"uuml", 0xFC},    {"yen", 0xA5},
    {"yuml", 0xFF},     {"zwj", 0x200D},    {"zwnj", 0x200C},
};

void append_utf8(std::string& out, char32_t code) {
    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
    if (code < 0x80) {
        out += static_cast<char>(code);
        return;
    }
    const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    constexpr std::array<unsigned char, 4> kLead{0, 0xC0, 0xE0, 0xF0};
    out += static_cast<char>(kLead[static_cast<std::size_t>(more)] | (code >> (6 * more)));
    for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | ((code >> (6 * i)) & 0x3F));
}

// `name` is what stands between & and ;
bool append_entity(std::string& out, std::string_view name) {
    if (name.size() > 1 && name[0] == '#') {
        const bool hexadecimal = name[1] == 'x' || name[1] == 'X';
        const auto digits = name.substr(hexadecimal ? 2 : 1);
        std::uint32_t code = 0;
        const auto parsed =
            std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
        if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size())
            return false;
        append_utf8(out, code);
        return true;
    }
    const auto* const found = std::find_if(std::begin(kEntities), std::end(kEntities),
                                           [name](const Entity& entity) { return entity.name == name; });
    if (found == std::end(kEntities)) return false;
    append_utf8(out, found->code);
    return true;
}

template <std::size_t N>
bool is_in(std::string_view name, const std::string_view (&names)[N]) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

constexpr std::string_view kSilent[] = {"script", "style",  "head",   "title",    "template",
                                        "object", "iframe", "select", "textarea", "svg"};
constexpr std::string_view kBlocks[] = {"p",      "div",    "table",   "tr",  "ul",      "ol",      "li",
                                        "h1",     "h2",     "h3",      "h4",  "h5",      "h6",      "hr",
                                        "dl",     "dt",     "dd",      "pre", "section", "article", "header",
                                        "footer", "center", "address", "form"};
constexpr std::string_view kParagraphs[] = {"p", "h1", "h2", "h3", "h4", "h5", "h6"};

struct Tag {
    std::string name;
    bool closing = false;
    std::string_view attributes;
};

// The value of an attribute, entities decoded; "" when it is not there.
std::string attribute(std::string_view attributes, std::string_view wanted) {
    std::size_t at = 0;
    const auto skip = [&](std::string_view set) {
        at = std::min(attributes.find_first_not_of(set, at), attributes.size());
    };
    while (at < attributes.size()) {
        skip(" \t\r\n/");
        const auto name_end = std::min(attributes.find_first_of(" \t\r\n=/", at), attributes.size());
        const auto name = attributes.substr(at, name_end - at);
        at = name_end;
        skip(" \t\r\n");
        std::string_view value;
        if (at < attributes.size() && attributes[at] == '=') {
            ++at;
            skip(" \t\r\n");
            const char quote = at < attributes.size() ? attributes[at] : '\0';
            const bool quoted = quote == '"' || quote == '\'';
            if (quoted) ++at;
            const auto end =
                std::min(quoted ? attributes.find(quote, at) : attributes.find_first_of(" \t\r\n", at),
                         attributes.size());
            value = attributes.substr(at, end - at);
            at = std::min(end + (quoted ? 1 : 0), attributes.size());
        } else if (name.empty()) {
            break;
        }
        if (http::iequals(name, wanted)) return decode_entities(value.substr(0, kMaxUrl * 6));
    }
    return {};
}

// Page come and go as a browser would break them.
class Page {
  public:
    explicit Page(std::size_t limit) : limit_(limit) {}

    void words(std::string_view text) {
        for (const char c : text) {
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
                space_ = true;
                continue;
            }
            begin_word();
            out_ += c;
        }
    }
    // At least `count` line ends before what comes next.
    void end_line(int count) {
        if (out_.empty()) return;
        breaks_ = std::max(breaks_, count);
    }
    void line_break() {
        if (!out_.empty()) breaks_ = std::min(breaks_ + 1, 3);
    }
    void deeper() {
        end_line(1);
        ++depth_;
    }
    void shallower() {
        end_line(1);
        depth_ = std::max(0, depth_ - 1);
    }
    bool full() const { return out_.size() > limit_; }
    std::string take() { return truncate_utf8(out_, limit_); }

  private:
    void begin_word() {
        if (breaks_ > 0 || out_.empty()) {
            out_.append(static_cast<std::size_t>(breaks_), '\n');
            for (int i = 0; i < std::min(depth_, kMaxQuoteDepth); ++i) out_ += "> ";
        } else if (space_) {
            out_ += ' ';
        }
        breaks_ = 0;
        space_ = false;
    }

    std::size_t limit_;
    std::string out_;
    bool space_ = false;
    int breaks_ = 0;
    int depth_ = 0;
};

class HtmlReader {
  public:
    HtmlReader(std::string_view html, std::size_t limit) : html_(html), page_(limit) {}

    std::string run() {
        while (at_ < html_.size() && !page_.full()) {
            const auto next = html_.find('<', at_);
            text(html_.substr(at_, next - at_));
            if (next == std::string_view::npos) break;
            at_ = next;
            markup();
        }
        return page_.take();
    }

  private:
    void text(std::string_view raw) {
        const auto said = decode_entities(raw);
        if (!link_.empty() && link_words_.size() < kMaxUrl) link_words_ += said;
        page_.words(said);
    }

    void markup() {
        if (html_.substr(at_).starts_with("<!--")) return skip_past("-->", at_ + 4);
        const char next = at_ + 1 < html_.size() ? html_[at_ + 1] : ' ';
        if (next == '!' || next == '?') return skip_past(">", at_);
        const bool letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
        if (next != '/' && !letter) {
            // "a < b"
            text("<");
            ++at_;
            return;
        }
        const auto tag = read_tag();
        if (!tag.closing && is_in(tag.name, kSilent)) return skip_element(tag.name);
        tag.closing ? close(tag) : open(tag);
    }

    void skip_past(std::string_view what, std::size_t from) {
        const auto found = html_.find(what, from);
        at_ = found == std::string_view::npos ? html_.size() : found + what.size();
    }

    Tag read_tag() {
        Tag tag;
        auto begin = at_ + 1;
        tag.closing = html_[begin] == '/';
        if (tag.closing) ++begin;
        auto end = begin;
        char quote = '\0';
        for (; end < html_.size() && (quote != '\0' || html_[end] != '>'); ++end) {
            const char c = html_[end];
            if (quote != '\0') {
                if (c == quote) quote = '\0';
            } else if ((c == '"' || c == '\'') && html_[end - 1] == '=') {
                quote = c;
            }
        }
        const auto inside = html_.substr(begin, end - begin);
        const auto name_end = std::min(inside.find_first_of(" \t\r\n/"), inside.size());
        tag.name = lower(inside.substr(0, name_end));
        tag.attributes = inside.substr(name_end);
        at_ = std::min(end + 1, html_.size());
        return tag;
    }

    // To its end tag, whatever stands between; without one, to the end: better too little than a script. A
    // head without an end lets the body begin.
    void skip_element(const std::string& name) {
        for (auto at = at_; at < html_.size(); ++at) {
            at = html_.find('<', at);
            if (at == std::string_view::npos) break;
            const auto rest = html_.substr(at + 1);
            const bool ends = rest.starts_with('/') && starts_with_word(rest.substr(1), name);
            if (ends) return skip_past(">", at);
            if (name == "head" && starts_with_word(rest, "body")) {
                at_ = at;
                return;
            }
        }
        at_ = html_.size();
    }

    void open(const Tag& tag) {
        if (tag.name == "br") return page_.line_break();
        if (tag.name == "blockquote") return page_.deeper();
        if (tag.name == "a") {
            link_ = attribute(tag.attributes, "href");
            link_words_.clear();
            return;
        }
        if (tag.name == "img") return page_.words(attribute(tag.attributes, "alt"));
        block(tag.name);
        if (tag.name == "li") page_.words("- ");
        if (tag.name == "td" || tag.name == "th") page_.words(" ");
    }

    void close(const Tag& tag) {
        if (tag.name == "blockquote") return page_.shallower();
        if (tag.name == "a") return close_link();
        block(tag.name);
    }

    void block(const std::string& name) {
        if (is_in(name, kParagraphs)) {
            page_.end_line(2);
        } else if (is_in(name, kBlocks)) {
            page_.end_line(1);
        }
    }

    void close_link() {
        const auto words = trimmed(link_words_);
        const auto target = trimmed(link_);
        link_.clear();
        const auto scheme = lower(target.substr(0, 8));
        const bool shown = http::is_web_address(scheme);
        const bool mail = scheme.starts_with("mailto:");
        if ((!shown && !mail) || target.size() > kMaxUrl || words.empty()) return;
        const auto bare = mail ? target.substr(7) : target;
        if (words.find(bare) == std::string::npos) page_.words(" (" + bare + ")");
    }

    std::string_view html_;
    std::size_t at_ = 0;
    Page page_;
    std::string link_;
    std::string link_words_;
};

}  // namespace

std::string decode_entities(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const auto semicolon = text[i] == '&' ? text.substr(i, kMaxEntity).find(';') : std::string_view::npos;
        if (semicolon != std::string_view::npos && append_entity(out, text.substr(i + 1, semicolon - 1))) {
            i += semicolon + 1;
        } else {
            out += text[i++];
        }
    }
    return out;
}

std::string html_to_text(std::string_view html, std::size_t limit) {
    return repair_utf8(HtmlReader(html, limit).run());
}

}  // namespace guichet::channels::mail
