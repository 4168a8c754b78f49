#include <algorithm>
#include <array>

#include "services/escalation/engine/public_words.hpp"

namespace guichet::escalation {
namespace {

struct Texts {
    std::string_view language;
    std::string_view with_link;
    std::string_view without_link;
    std::string_view closing;
};

constexpr auto kTexts = std::to_array<Texts>(
    {{"en",
      "Thank you for your message. We would like to talk about this with you in private, here: {{link}}",
      "Thank you for your message. We have just written to you in private and look forward to your answer "
      "there.",
      "Thank you for talking with us in private. We are here whenever you need us."},
     {"fr", "Merci pour votre message. Nous aimerions en parler avec vous en privé, ici : {{link}}",
      "Merci pour votre message. Nous venons de vous écrire en privé et attendons votre réponse.",
      "Merci d'avoir échangé avec nous en privé. Nous restons à votre disposition."},
     {"nl", "Bedankt voor uw bericht. We praten hierover graag privé met u verder, hier: {{link}}",
      "Bedankt voor uw bericht. We hebben u zojuist een privébericht gestuurd en kijken uit naar uw "
      "antwoord.",
      "Bedankt voor het gesprek in privé. We staan altijd voor u klaar."},
     {"de",
      "Vielen Dank für Ihre Nachricht. Wir möchten gern privat mit Ihnen darüber sprechen, hier: {{link}}",
      "Vielen Dank für Ihre Nachricht. Wir haben Ihnen soeben privat geschrieben und freuen uns auf Ihre "
      "Antwort.",
      "Vielen Dank für das private Gespräch. Wir sind jederzeit gern für Sie da."}});

const Texts& texts_of(std::string_view language) {
    const auto primary = language.substr(0, language.find_first_of("-_"));
    const auto* at = std::find_if(kTexts.begin(), kTexts.end(),
                                  [&](const Texts& texts) { return texts.language == primary; });
    return at == kTexts.end() ? kTexts.front() : *at;
}

}  // namespace

std::string suggest_invitation(std::string_view language, bool has_link, std::string_view persona) {
    const Texts& texts = texts_of(language);
    std::string out(has_link ? texts.with_link : texts.without_link);
    if (!persona.empty()) out.append("\n").append(persona);
    return out;
}

std::string suggest_closing(std::string_view language) {
    return std::string(texts_of(language).closing);
}

}  // namespace guichet::escalation
