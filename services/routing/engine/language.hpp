#pragma once
// Which language a message is written in: cld2 where it says that it is sure, else what is known of the
// thread and the form, or the message's own frequent words.
#include <string>
#include <string_view>

#include "services/routing/engine/text.hpp"

namespace guichet::routing {

// ISO 639-1 codes; empty = not known.
struct LanguageHints {
    std::string thread;           // of the conversation so far
    std::string form;             // of the page or form the message was written on
    std::string fallback = "en";  // the workspace's own
};

struct Language {
    std::string code;        // "fr"; cld2's code for languages without a lexicon ("it", "zh-Hant")
    bool supported = false;  // fr, nl, en, de
    double confidence = 0;   // 0 .. 1
    std::string how;         // "cld2", "words", "thread", "form" or "default"
};

// Below this many letters cld2 is not asked.
inline constexpr std::size_t kMinLettersForDetection = 20;

bool is_supported(std::string_view code);

// In this order:
// 1. cld2, when there are enough letters and it calls its answer reliable. Where it names a language close to
//    a supported one (Afrikaans, Luxembourgish, ...) and the frequent words clearly say the supported one,
//    they win.
// 2. frequent words, when at least two speak for one language and none for another;
// 3. the thread's language; 4. the form's; 5. any majority of frequent words, then of words of
//    the lexicons; 6. the fallback.
// Links, mentions, hashtags, emoji and numbers are not looked at.
Language detect_language(const Text& text, const LanguageHints& hints = {});

}  // namespace guichet::routing
