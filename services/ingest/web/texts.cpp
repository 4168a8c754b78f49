#include "services/ingest/web/texts.hpp"

#include "common/http/headers.hpp"
#include "common/http/languages.hpp"

namespace guichet::ingest::web {

const Texts& texts(Language language) {
    switch (language) {
        case Language::fr:
            return kFrench;
        case Language::nl:
            return kDutch;
        case Language::en:
            break;
    }
    return kEnglish;
}

std::optional<Language> language_from(std::string_view code) {
    for (const auto language : kLanguages) {
        if (http::iequals(code.substr(0, code.find('-')), texts(language).code)) return language;
    }
    return std::nullopt;
}

Language choose_language(std::string_view asked, std::string_view accept_language, Language otherwise) {
    if (const auto language = language_from(asked)) return *language;
    for (const auto tag : http::wanted_languages(accept_language)) {
        if (const auto language = language_from(tag)) return *language;
    }
    return otherwise;
}

}  // namespace guichet::ingest::web
