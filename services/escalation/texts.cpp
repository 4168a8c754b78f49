#include "services/escalation/texts.hpp"

#include <array>

#include "common/core/bytes.hpp"

namespace guichet::escalation {
namespace {

struct PrivateText {
    std::string_view language;
    std::string_view text;
};

constexpr auto kPrivateTexts = std::to_array<PrivateText>(
    {{"en",
      "Hello, you wrote to us in public. Here nobody else reads along: tell us more, and we will look into "
      "it "
      "with you."},
     {"fr",
      "Bonjour, vous nous avez écrit en public. Ici, personne d'autre ne nous lit : dites-nous en plus et "
      "nous "
      "nous en occupons avec vous."},
     {"nl",
      "Hallo, u schreef ons in het openbaar. Hier leest niemand anders mee: vertel ons meer, dan bekijken we "
      "het samen met u."},
     {"de",
      "Guten Tag, Sie haben uns öffentlich geschrieben. Hier liest niemand sonst mit: Erzählen Sie uns mehr, "
      "wir kümmern uns mit Ihnen darum."}});

void add_new(std::vector<std::string>& list, const std::string& text) {
    if (!text.empty()) list.push_back(text);
}

}  // namespace

std::string suggest_private(std::string_view language) {
    const auto primary = language.substr(0, language.find_first_of("-_"));
    for (const auto& known : kPrivateTexts) {
        if (known.language == primary) return std::string(known.text);
    }
    return std::string(kPrivateTexts.front().text);
}

bool has_link(std::string_view text) {
    return text.find(kLinkVariable) != std::string_view::npos;
}

std::string said(const std::string& text, const std::string& link, const std::string& signature) {
    std::string out;
    std::size_t start = 0;
    for (;;) {
        const auto at = text.find(kLinkVariable, start);
        out += text.substr(start, at - start);
        if (at == std::string::npos) break;
        out += link;
        start = at + kLinkVariable.size();
    }
    if (!signature.empty() && !out.ends_with(signature)) out += "\n" + signature;
    return out;
}

CaseFacts case_facts(const Scene& scene) {
    CaseFacts facts;
    add_new(facts.names, scene.contact.name());
    add_new(facts.names, scene.conversation.contact_name());
    add_new(facts.mails, scene.facts.mail);
    add_new(facts.phones, scene.facts.phone);
    for (const auto& identity : scene.contact.identities()) {
        add_new(facts.names, identity.name());
        add_new(facts.mails, identity.email());
        add_new(facts.phones, identity.phone());
    }
    facts.own = scene.own;
    facts.public_name = scene.comment.author().name();
    std::vector<std::string> matter{scene.conversation.subject(), scene.conversation.cause()};
    for (const auto& label : scene.conversation.labels()) matter.push_back(label);
    facts.terms = dispute_terms(matter);
    facts.link = kLinkVariable;
    return facts;
}

Status check_words(const std::string& field, const std::string& text, const CaseFacts& facts) {
    if (!valid_utf8(text)) return invalid(field, "the text is not UTF-8");
    std::string words;
    for (const auto& problem : check_public(text, facts))
        words += (words.empty() ? "" : "; ") + problem.words;
    return words.empty() ? Status{} : invalid(field, words);
}

Status check_variables(const std::string& field, const std::string& text, bool link) {
    const bool there = has_link(text);
    if (link && !there) return invalid(field, "the private link must stand in it: write {{link}}");
    if (!link && there)
        return invalid(field, "there is no {{link}} on this way: only the private link has one");
    const auto rest = said(text, "", "");
    if (rest.find("{{") == std::string::npos) return {};
    return invalid(field, "{{link}} is the only variable here");
}

}  // namespace guichet::escalation
