#pragma once
// Every word of the pages around the console (page/*.html: {{say:<name>}}), in the console's three languages.
// Pure.
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/status.hpp"
#include "common/http/message.hpp"

namespace guichet::gateway {

enum class Language { en, fr, nl };

struct LanguageName {
    Language language;
    const char* code;  // ISO 639-1
    const char* name;  // in itself
};
inline constexpr std::array<LanguageName, 3> kLanguages = {
    {{Language::en, "en", "English"}, {Language::fr, "fr", "Français"}, {Language::nl, "nl", "Nederlands"}}};

const char* code_of(Language language);

// One word or sentence. What is wrong is named "wrong:" and the reason of the status that tells it.
struct Said {
    const char* name;
    const char* en;
    const char* fr;
    const char* nl;
};
const std::vector<Said>& sign_in_words();

// "{{say:name}}" for every one of them, and "{{lang}}".
http::Fields words_in(Language language);

// What went wrong, and what to do; {n} is the number of minutes to wait. A reason without words of its own is
// told in English by the status, else as our fault.
std::string wrong_in(Language language, const Status& status);

// Where somebody's choice is kept; scripts of ours may read and write it (console/src/i18n.ts,
// page/sign_in.js).
inline constexpr char kLanguageCookie[] = "guichet_language";

// What ?lang= asks for, else what was chosen before, else the best of Accept-Language, else English.
Language language_of(const http::Request& request);
// Keeps what ?lang= asks for; nothing where it asks for none that we speak.
void keep_language(const http::Request& request, http::Response& response);

}  // namespace guichet::gateway
