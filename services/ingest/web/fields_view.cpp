#include "services/ingest/web/fields_view.hpp"

namespace guichet::ingest::web {
namespace {

Html hint_line(const std::string& id, std::string_view hint) {
    return element("p", {{"class", "hint"}, {"id", id + "-hint"}}, {hint});
}

}  // namespace

const std::string* Fields::error_of(const std::string& id) const {
    for (const auto& error : errors_) {
        if (error.field == id) return &error.text;
    }
    return nullptr;
}

Html Fields::error_line(const std::string& id) const {
    const auto* error = error_of(id);
    if (!error) return {};
    return element("p", {{"class", "error"}, {"id", id + "-error"}},
                   {element("span", {{"class", "unseen"}}, {t_.error_prefix}), *error});
}

std::string Fields::described_by(const std::string& id, bool hint) const {
    std::string ids = hint ? id + "-hint" : "";
    if (error_of(id)) ids += (ids.empty() ? "" : " ") + id + "-error";
    return ids;
}

Html Fields::input(const Input& in) const {
    const std::string id = in.id;
    const auto described = described_by(id, in.hint != nullptr);
    Html label = in.label;
    if (in.optional) {
        label.add(Html(" "));
        label.add(element("span", {{"class", "optional"}}, {t_.optional}));
    }
    const auto box =
        element("input", {{"type", in.type},
                          {"id", id},
                          {"name", id},
                          {"value", in.value},
                          {"autocomplete", in.autocomplete},
                          {"inputmode", in.input_mode ? in.input_mode : "", in.input_mode != nullptr},
                          {"maxlength", "300"},
                          {"aria-describedby", described, !described.empty()},
                          {"aria-invalid", "true", error_of(id) != nullptr}});
    return element("div", {{"class", std::string(in.css) + (error_of(id) ? " wrong" : "")}},
                   {element("label", {{"for", id}}, {label}), in.hint ? hint_line(id, in.hint) : Html(),
                    error_line(id), box});
}

Html Fields::area(const char* name, const char* label, const std::string& value, const char* hint,
                  int rows) const {
    const std::string id = name;
    const auto described = described_by(id, hint != nullptr);
    // The parser drops one line break at the start of a textarea.
    Html content = Html::markup("\n");
    content.add(value);
    const auto box = element("textarea",
                             {{"id", id},
                              {"name", id},
                              {"rows", std::to_string(rows)},
                              {"aria-describedby", described, !described.empty()},
                              {"aria-invalid", "true", error_of(id) != nullptr}},
                             {content});
    return element(
        "div", {{"class", error_of(id) ? "field wrong" : "field"}},
        {element("label", {{"for", id}}, {label}), hint ? hint_line(id, hint) : Html(), error_line(id), box});
}

Html Fields::files(const char* name, const char* label, const std::string& hint) const {
    const std::string id = name;
    const auto described = described_by(id, true);
    Html caption = label;
    caption.add(Html(" "));
    caption.add(element("span", {{"class", "optional"}}, {t_.optional}));
    const auto box = element("input", {{"type", "file"},
                                       {"id", id},
                                       {"name", id},
                                       Attribute::flag("multiple"),
                                       {"aria-describedby", described},
                                       {"aria-invalid", "true", error_of(id) != nullptr}});
    return element("div", {{"class", error_of(id) ? "field wrong" : "field"}},
                   {element("label", {{"for", id}}, {caption}), hint_line(id, hint), error_line(id), box});
}

Html Fields::choices(const char* name, const char* question, const std::string& chosen,
                     const std::vector<Choice>& choices, const char* hint, const char* css) const {
    const std::string id = name;
    std::vector<Html> options;
    for (const auto& choice : choices) {
        const auto own = options.empty() ? id : id + "-" + choice.value;
        Html words = element("span", {{"class", "word"}}, {choice.label});
        if (choice.hint) words.add(element("span", {{"class", "hint"}}, {choice.hint}));
        const auto dot = element("input", {{"type", "radio"},
                                           {"id", own},
                                           {"name", id},
                                           {"value", choice.value},
                                           Attribute::flag("checked", chosen == choice.value)});
        options.push_back(element("label", {{"class", "choice"}, {"for", own}},
                                  {dot, element("span", {{"class", "words"}}, {words})}));
    }
    const auto described = described_by(id, hint != nullptr);
    return element("fieldset",
                   {{"class", std::string(css) + (error_of(id) ? " wrong" : "")},
                    {"aria-describedby", described, !described.empty()}},
                   {element("legend", {}, {question}), hint ? hint_line(id, hint) : Html(), error_line(id),
                    element("div", {{"class", "options"}}, options)});
}

Html Fields::summary() const {
    if (errors_.empty()) return {};
    std::vector<Html> items;
    for (const auto& error : errors_) {
        const Html text = error.text;
        items.push_back(element(
            "li", {}, {error.field.empty() ? text : element("a", {{"href", "#" + error.field}}, {text})}));
    }
    return element(
        "div", {{"class", "summary"}, {"role", "alert"}, {"tabindex", "-1"}, Attribute::flag("autofocus")},
        {element("h2", {}, {t_.error_title}), element("ul", {}, items)});
}

}  // namespace guichet::ingest::web
