#include <array>
#include <cmath>
#include <cstdlib>
#include <stdexcept>

#include <toml++/toml.h>

#include "common/core/fold.hpp"
#include "services/routing/engine/lexicon.hpp"
#include "services/routing/engine/lexicon_data.hpp"

namespace guichet::routing {
namespace {

// "ü" -> "ue", as people type without the keys.
std::string spell_umlauts(std::string_view pattern) {
    std::string out;
    for (std::size_t at = 0; at < pattern.size();) {
        const std::size_t begin = at;
        switch (next_char(pattern, at)) {
            case 0xE4:
                out += "ae";
                break;
            case 0xF6:
                out += "oe";
                break;
            case 0xFC:
                out += "ue";
                break;
            default:
                out += pattern.substr(begin, at - begin);
        }
    }
    return out;
}

bool category_named(std::string_view name, Category& out) {
    for (std::size_t c = 0; c < kCategories; ++c) {
        if (name == to_string(static_cast<Category>(c))) {
            out = static_cast<Category>(c);
            return true;
        }
    }
    return false;
}

Lexicon load(std::string_view name) {
    for (const LexiconFile& file : lexicon_files()) {
        if (file.name != name) continue;
        auto lexicon = Lexicon::parse(file.toml, name == "de");
        // The files are part of the program: a bad one is a bug, and a test loads them all.
        if (lexicon.has_error())
            throw std::logic_error("lexicon " + std::string(name) + ": " + lexicon.error().message);
        return std::move(*lexicon);
    }
    throw std::logic_error("no lexicon " + std::string(name));
}

}  // namespace

// "word", "stem*", "two words", "waar ~ bestelling", "# days late", "^how".
Status Lexicon::add(Category category, double weight, std::string_view pattern, bool umlauts) {
    Entry entry{category, weight, pattern.starts_with('^'), {}};
    const std::string_view body = pattern.substr(entry.anchored ? 1 : 0);
    bool gap = false;
    for (std::size_t at = 0; at <= body.size();) {
        const std::size_t space = std::min(body.find(' ', at), body.size());
        std::string_view piece = body.substr(at, space - at);
        at = space + 1;
        if (piece == "~") {
            gap = true;
            continue;
        }
        const bool prefix = piece.size() > 1 && piece.ends_with('*');
        if (prefix) piece.remove_suffix(1);
        // The same reader as for messages, so that "aujourd'hui" or ":-(" is cut here as it is there.
        const Text words = read_text(piece);
        if (words.tokens.empty()) return invalid("pattern", "empty word in '" + std::string(pattern) + "'");
        for (std::size_t i = 0; i < words.tokens.size(); ++i) {
            const bool last = i + 1 == words.tokens.size();
            const bool number = piece == "#";
            entry.parts.push_back({number ? kNumberWord : words.tokens[i].folded, number, prefix && last,
                                   gap && !entry.parts.empty()});
            gap = false;
        }
    }
    if (entry.parts.empty()) return invalid("pattern", "empty pattern");
    if (entry.parts.front().prefix && entry.parts.front().word.size() < 2) {
        return invalid("pattern", "stem too short in '" + std::string(pattern) + "'");
    }
    insert(std::move(entry));
    if (umlauts) {
        if (const std::string spelt = spell_umlauts(pattern); spelt != pattern)
            return add(category, weight, spelt, false);
    }
    return {};
}

Result<Lexicon> Lexicon::parse(std::string_view text, bool umlauts) {
    toml::table root;
    try {
        root = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return invalid("lexicon", std::string(error.description()));
    }
    Lexicon lexicon;
    for (const auto& [section, table] : root) {
        Category category{};
        if (!category_named(section.str(), category))
            return invalid("lexicon", "unknown section " + std::string(section.str()));
        if (!table.is_table()) return invalid("lexicon", "not a table: " + std::string(section.str()));
        for (const auto& [key, list] : *table.as_table()) {
            const std::string number(key.str());
            char* end = nullptr;
            const double weight = std::strtod(number.c_str(), &end);
            if (end == number.c_str() || *end != '\0' || !std::isfinite(weight) || !list.is_array()) {
                return invalid("lexicon", "not a weight with a list: " + number);
            }
            for (const auto& item : *list.as_array()) {
                const auto pattern = item.value<std::string_view>();
                if (!pattern) return invalid("lexicon", "not a text under " + number);
                if (Status status = lexicon.add(category, weight, *pattern, umlauts); !status.ok())
                    return status;
            }
        }
    }
    return lexicon;
}

const Lexicon& lexicon_for(std::string_view language) {
    static const Lexicon common = load("common");
    static const std::array<Lexicon, std::size(kLanguages)> all = [] {
        std::array<Lexicon, std::size(kLanguages)> out;
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = load(kLanguages[i]);
            out[i].merge(common);
        }
        return out;
    }();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (kLanguages[i] == language) return all[i];
    }
    return common;
}

}  // namespace guichet::routing
