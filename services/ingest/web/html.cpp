#include "services/ingest/web/html.hpp"

#include <algorithm>

#include "common/core/bytes.hpp"
#include "common/http/text.hpp"

namespace guichet::ingest::web {
namespace {

std::string clean(std::string_view text) {
    auto repaired = repair_utf8(text);
    std::replace_if(
        repaired.begin(), repaired.end(),
        [](unsigned char c) { return (c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f; }, ' ');
    return http::html_escape(repaired);
}

bool is_void(std::string_view tag) {
    static constexpr std::string_view kVoid[] = {"br", "hr", "img", "input", "link", "meta"};
    return std::find(std::begin(kVoid), std::end(kVoid), tag) != std::end(kVoid);
}

}  // namespace

class Element {
  public:
    Element(const char* tag, const Attributes& attributes) : tag_(tag) {
        auto& out = html_.markup_;
        out.append("<").append(tag);
        for (const auto& attribute : attributes) {
            if (!attribute.present) continue;
            out.append(" ").append(attribute.name);
            if (!attribute.bare) out.append("=\"").append(clean(attribute.value)).append("\"");
        }
        out.append(">");
    }
    void child(const Html& html) { html_.add(html); }
    Html close() {
        if (!is_void(tag_)) html_.markup_.append("</").append(tag_).append(">");
        return std::move(html_);
    }
    static Html line_break() { return Html::markup("<br>"); }

  private:
    const char* tag_;
    Html html_;
};

Html::Html(std::string_view text) : markup_(clean(text)) {}

Attribute Attribute::flag(const char* name, bool present) {
    Attribute attribute(name, "", present);
    attribute.bare = true;
    return attribute;
}

Html element(const char* tag, const Attributes& attributes, std::initializer_list<Html> children) {
    Element made(tag, attributes);
    for (const auto& child : children) made.child(child);
    return made.close();
}

Html element(const char* tag, const Attributes& attributes, const std::vector<Html>& children) {
    Element made(tag, attributes);
    for (const auto& child : children) made.child(child);
    return made.close();
}

Html paragraphs(std::string_view text) {
    Html all;
    Html paragraph;
    const auto flush = [&] {
        if (!paragraph.empty()) all.add(element("p", {}, {paragraph}));
        paragraph = Html();
    };
    for (auto line : http::split(text, '\n')) {
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (http::trim(line).empty()) {
            flush();
            continue;
        }
        if (!paragraph.empty()) paragraph.add(Element::line_break());
        paragraph.add(line);
    }
    flush();
    return all;
}

std::string fill(std::string_view text, Values values) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto open = text.find('{', at);
        const auto close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) break;
        out.append(text.substr(at, open - at));
        const auto name = text.substr(open + 1, close - open - 1);
        const auto found =
            std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.first == name; });
        if (found != values.end()) out.append(found->second);
        at = close + 1;
    }
    return out.append(text.substr(at));
}

}  // namespace guichet::ingest::web
