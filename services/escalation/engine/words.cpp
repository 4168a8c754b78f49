#include "services/escalation/engine/words.hpp"

#include <algorithm>
#include <array>

#include "common/core/fold.hpp"

namespace guichet::escalation {
namespace {

constexpr std::size_t kLeastStem = 4;
constexpr std::size_t kLeastCompound = 6;  // letters of a word that may stand inside of another
constexpr std::size_t kLeastRest = 3;

// Endings that a word takes on in one of the four languages.
constexpr auto kEndings = std::to_array<std::string_view>(
    {"",     "s",    "x",    "e",   "es",   "ee",    "ees",    "er",   "ers",   "ez",    "ent",
     "ant",  "ante", "ants", "eur", "eurs", "ement", "ements", "ment", "ments", "ation", "ations",
     "ion",  "ions", "al",   "aux", "able", "ait",   "r",      "rs",   "d",     "ed",    "ing",
     "ings", "ly",   "n",    "en",  "ern",  "em",    "et",     "t",    "te",    "ten",   "de",
     "den",  "je",   "tje",  "jes", "ung",  "ungen", "lich",   "elijk"});

constexpr auto kFunctionWords = std::to_array<std::string_view>(
    // FR
    {"ai", "alors", "apres", "au", "aucun", "aucune", "aussi", "autre", "aux", "avec", "avez", "avoir",
     "avant", "bien", "bonjour", "car", "ce", "cela", "ces", "cet", "cette", "chez", "comme", "comment",
     "dans", "de", "deja", "depuis", "des", "donc", "du", "elle", "en", "encore", "est", "et", "etait",
     "etes", "etre", "fait", "faire", "il", "ils", "jamais", "je", "la", "le", "les", "leur", "lui", "ma",
     "mais", "meme", "mes", "moi", "mon", "ne", "ni", "nos", "notre", "nous", "on", "ont", "ou", "par", "pas",
     "plus", "pour", "pourquoi", "probleme", "problemes", "quand", "que", "quel", "quelle", "qui", "quoi",
     "rien", "sa", "sans", "se", "ses", "si", "son", "sont", "suis", "sur", "ta", "te", "tes", "toi", "ton",
     "toujours", "tous", "tout", "toute", "toutes", "tres", "trop", "un", "une", "vos",
     // NL
     "aan", "alle", "al", "als", "bij", "ben", "dat", "deze", "die", "dit", "dus", "een", "ga", "geen",
     "haar", "had", "heb", "hebben", "heeft", "het", "hij", "hoe", "hun", "ik", "is", "jullie", "kan",
     "kunnen", "maar", "meer", "mij", "mijn", "moet", "naar", "niet", "niets", "nog", "nooit", "nu", "of",
     "om", "onze", "ook", "op", "over", "probleem", "sinds", "te", "tot", "uit", "vaak", "van", "veel",
     "vraag", "waar", "waarom", "wanneer", "was", "wat", "werd", "wie", "wij", "wil", "wordt", "ze", "zeer",
     "zich", "zij", "zijn", "zo", "zonder",
     // EN
     "about", "after", "again", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been",
     "but", "by", "can", "cannot", "could", "did", "do", "does", "don", "dont", "for", "from", "get", "got",
     "has", "have", "hello", "her", "here", "his", "how", "if", "into", "it", "its", "just", "me", "my",
     "never", "no", "not", "now", "off", "on", "only", "or", "our", "out", "please", "problem", "problems",
     "question", "questions", "she", "should", "since", "so", "still", "than", "that", "the", "their", "them",
     "then", "there", "they", "this", "to", "too", "up", "us", "very", "was", "we", "were", "what", "when",
     "where", "which", "who", "why", "will", "with", "without", "would", "you", "your",
     // DE
     "aber", "als", "auch", "auf", "aus", "bei", "bin", "bis", "bitte", "da", "das", "dass", "dem", "den",
     "der", "die", "doch", "durch", "ein", "eine", "einem", "einen", "einer", "er", "es", "frage", "fragen",
     "gegen", "hab", "habe", "haben", "hat", "hatte", "ich", "ihr", "ihre", "im", "immer", "in", "ist", "ja",
     "kann", "kein", "keine", "mein", "meine", "meinem", "meinen", "meiner", "mich", "mir", "nach", "nein",
     "nicht", "nichts", "nie", "noch", "nur", "oder", "ohne", "schon", "sein", "seit", "seite", "sich", "sie",
     "sind", "uber", "um", "und", "uns", "unser", "unsere", "vom", "von", "vor", "wann", "warum", "war",
     "weil", "wenn", "wer", "werden", "wie", "wieder", "wird", "wurde", "zu", "zum", "zur"});

bool is_ending(std::string_view ending) {
    return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

// Three quarters of the shorter word must be common, or "server" would be "servant".
bool same_stem(std::string_view a, std::string_view b) {
    const auto shorter = std::min(a.size(), b.size());
    const auto split = std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(shorter), b.begin());
    const auto common = static_cast<std::size_t>(split.first - a.begin());
    for (std::size_t stem = common; stem >= kLeastStem && stem * 4 >= shorter * 3; --stem) {
        if (is_ending(a.substr(stem)) && is_ending(b.substr(stem))) return true;
    }
    return false;
}

bool has_part(std::string_view word, std::string_view part) {
    return part.size() >= kLeastCompound && word.size() >= part.size() + kLeastRest &&
           (word.ends_with(part) || word.starts_with(part));
}

bool is_part(char32_t c) {
    return is_letter(c) || (c >= '0' && c <= '9');
}

}  // namespace

std::vector<Word> words_of(std::string_view text) {
    text = text.substr(0, kMostWordsBytes);
    std::vector<Word> out;
    Word word;
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = at;
        const char32_t c = next_char(text, at);
        // Accents on their own and invisible joints belong to the word.
        const bool joint = c == 0xAD || (c >= 0x200B && c <= 0x200D) || c == 0x2060;
        if (joint && !word.folded.empty()) continue;
        if (is_part(c)) {
            if (word.folded.empty()) word.begin = begin;
            append_folded(word.folded, c);
            word.end = at;
        } else if (!word.folded.empty()) {
            out.push_back(std::move(word));
            word = Word{};
        }
    }
    if (!word.folded.empty()) out.push_back(std::move(word));
    return out;
}

bool same_folded(std::string_view a, std::string_view b) {
    return a == b || same_stem(a, b) || has_part(a, b) || has_part(b, a);
}

bool is_function_word(std::string_view folded) {
    return std::find(kFunctionWords.begin(), kFunctionWords.end(), folded) != kFunctionWords.end();
}

}  // namespace guichet::escalation
