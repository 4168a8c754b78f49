#include "services/routing/engine/language.hpp"

#include <algorithm>
#include <array>
#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>
#include <cstdio>  // cld2's header needs FILE

#include "services/routing/engine/lexicon.hpp"

namespace guichet::routing {
namespace {

constexpr std::size_t kFewLetters = 100;

std::string words_only(const Text& text) {
    std::string out;
    out.reserve(text.text.size());
    for (const Token& token : text.tokens) {
        if (token.kind == TokenKind::punct && !out.empty()) {
            out += token.folded == "\n" ? "." : token.folded;
            continue;
        }
        if (token.kind != TokenKind::word) continue;
        // Words keep their apostrophes: "n'est" was two tokens side by side.
        const bool glued = token.begin > 0 && !out.empty() && text.text[token.begin - 1] == '\'';
        if (glued) {
            out += '\'';
        } else if (!out.empty()) {
            out += ' ';
        }
        out += text.text.substr(token.begin, token.size);
    }
    return out;
}

struct Vote {
    std::size_t best = 0;       // index in kLanguages
    double share = 0;           // of the weight given, 0 .. 1
    std::size_t best_hits = 0;  // words that speak for the best
    std::size_t words = 0;
    bool tie = true;
    bool unanimous = false;
    std::array<std::size_t, std::size(kLanguages)> hits{};

    std::size_t hits_of(std::string_view code) const {
        for (std::size_t i = 0; i < hits.size(); ++i) {
            if (kLanguages[i] == code) return hits[i];
        }
        return 0;
    }
};

// Each word that `counts` speaks for every language it belongs to, for less the more there are.
template <class Counts>
Vote vote(const Text& text, const Counts& counts) {
    constexpr std::size_t kMaxWords = 200;
    std::array<double, std::size(kLanguages)> weight{};
    Vote out;
    auto& hits = out.hits;
    double sum = 0;
    for (std::size_t t = 0; t < text.tokens.size(); ++t) {
        if (text.tokens[t].kind != TokenKind::word) continue;
        if (++out.words > kMaxWords) break;
        std::array<bool, std::size(kLanguages)> in{};
        std::size_t owners = 0;
        for (std::size_t i = 0; i < in.size(); ++i) {
            in[i] = counts(lexicon_for(kLanguages[i]), t);
            owners += in[i] ? 1 : 0;
        }
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (!in[i]) continue;
            weight[i] += 1.0 / static_cast<double>(owners);
            hits[i] += 1;
        }
        sum += owners > 0 ? 1 : 0;
    }
    if (sum == 0) return out;
    out.best = static_cast<std::size_t>(std::max_element(weight.begin(), weight.end()) - weight.begin());
    out.share = weight[out.best] / sum;
    out.best_hits = hits[out.best];
    out.tie = std::count_if(weight.begin(), weight.end(),
                            [&](double w) { return w > weight[out.best] - 0.25; }) > 1;
    out.unanimous = hits[out.best] >= 2 && static_cast<double>(hits[out.best]) == sum && !out.tie;
    return out;
}

struct Cld2Answer {
    std::string code;
    double confidence = 0;
    bool reliable = false;
};

Cld2Answer ask_cld2(const std::string& words) {
    const CLD2::CLDHints hints{nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
    CLD2::Language top[3];
    int percent[3] = {};
    double scores[3] = {};
    int bytes = 0;
    int valid = 0;
    Cld2Answer answer;
    const CLD2::Language language = CLD2::ExtDetectLanguageSummaryCheckUTF8(
        words.data(), static_cast<int>(words.size()), true, &hints, 0, top, percent, scores, nullptr, &bytes,
        &answer.reliable, &valid);
    if (language == CLD2::UNKNOWN_LANGUAGE || language != top[0]) answer.reliable = false;
    answer.code = CLD2::LanguageCode(language);
    answer.confidence = percent[0] / 100.0;
    return answer;
}

}  // namespace

bool is_supported(std::string_view code) {
    return std::find(std::begin(kLanguages), std::end(kLanguages), code) != std::end(kLanguages);
}

Language detect_language(const Text& text, const LanguageHints& hints) {
    const auto answer = [](std::string code, double confidence, const char* how) {
        const bool supported = is_supported(code);
        return Language{std::move(code), supported, confidence, how};
    };
    const Vote words =
        vote(text, [&](const Lexicon& lexicon, std::size_t t) { return lexicon.is_common(text.tokens[t]); });
    const std::string voted(words.words > 0 ? kLanguages[words.best] : "");
    if (text.letters >= kMinLettersForDetection) {
        const Cld2Answer cld2 = ask_cld2(words_only(text));
        // A few words, half of them a trade's English ("trading", "bitcoin"), mislead cld2.
        const bool outvoted = is_supported(cld2.code) && text.letters < kFewLetters && !words.tie &&
                              words.best_hits >= 2 + words.hits_of(cld2.code);
        if (cld2.reliable && is_supported(cld2.code) && !outvoted)
            return answer(cld2.code, cld2.confidence, "cld2");
        const bool clear =
            outvoted || (!words.tie && words.best_hits >= 3 && words.best_hits * 4 >= words.words);
        if (clear) return answer(voted, words.share, "words");
        if (cld2.reliable) return answer(cld2.code, cld2.confidence, "cld2");
    }
    if (words.unanimous) return answer(voted, words.share, "words");
    if (!hints.thread.empty()) return answer(hints.thread, 0.6, "thread");
    if (!hints.form.empty()) return answer(hints.form, 0.5, "form");
    if (words.best_hits > 0 && !words.tie) return answer(voted, 0.5 * words.share, "words");
    // "Teleurgesteld." has no frequent word, yet is Dutch.
    const Vote known =
        vote(text, [&](const Lexicon& lexicon, std::size_t t) { return lexicon.knows(text, t); });
    if (known.best_hits > 0 && !known.tie)
        return answer(std::string(kLanguages[known.best]), 0.4 * known.share, "words");
    return answer(hints.fallback, 0.1, "default");
}

}  // namespace guichet::routing
