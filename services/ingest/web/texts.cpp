#include "services/ingest/web/texts.hpp"

#include <cstdlib>

#include "common/http/headers.hpp"
#include "common/http/text.hpp"

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
    Language best = otherwise;
    double best_weight = 0;
    for (const auto piece : http::split(accept_language.substr(0, 500), ',')) {
        const auto semicolon = piece.find(';');
        double weight = 1;
        if (semicolon != std::string_view::npos) {
            const auto parameter = http::trim(piece.substr(semicolon + 1));
            if (parameter.substr(0, 2) == "q=")
                weight = std::strtod(std::string(parameter.substr(2)).c_str(), nullptr);
        }
        const auto language = language_from(http::trim(piece.substr(0, semicolon)));
        if (language && weight > best_weight) {
            best = *language;
            best_weight = weight;
        }
    }
    return best;
}

}  // namespace guichet::ingest::web
