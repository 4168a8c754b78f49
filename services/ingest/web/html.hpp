#pragma once
// HTML that escapes by default: text and attribute values are always escaped; only literals of our own source
// can be taken as markup.
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace guichet::ingest::web {

class Html {
  public:
    Html() = default;
    // Text, escaped. Ill-formed UTF-8 and control characters do not reach the page.
    Html(std::string_view text);
    Html(const std::string& text) : Html(std::string_view(text)) {}
    Html(const char* text) : Html(std::string_view(text)) {}

    // A literal that is markup already.
    template <std::size_t N>
    static Html markup(const char (&literal)[N]) {
        Html html;
        html.markup_.assign(literal, N - 1);
        return html;
    }

    Html& add(const Html& more) {
        markup_ += more.markup_;
        return *this;
    }
    bool empty() const { return markup_.empty(); }
    const std::string& str() const { return markup_; }

  private:
    friend class Element;
    std::string markup_;
};

struct Attribute {
    Attribute(const char* name, std::string value, bool present = true)
        : name(name), value(std::move(value)), present(present) {}
    // Without a value: flag("required", yes).
    static Attribute flag(const char* name, bool present = true);

    const char* name;
    std::string value;
    bool present;
    bool bare = false;
};
using Attributes = std::vector<Attribute>;

// <tag attributes>children</tag>; void elements (input, meta…) have no children.
Html element(const char* tag, const Attributes& attributes, std::initializer_list<Html> children = {});
Html element(const char* tag, const Attributes& attributes, const std::vector<Html>& children);

// Text whose line breaks and empty lines are kept: paragraphs with <br>.
Html paragraphs(std::string_view text);

// Values of "{name}" in a text of the catalogue.
using Values = std::initializer_list<std::pair<std::string_view, std::string_view>>;
std::string fill(std::string_view text, Values values);

}  // namespace guichet::ingest::web
