#include "services/gateway/sign_in_words.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "common/http/headers.hpp"
#include "common/http/languages.hpp"

namespace guichet::gateway {
namespace {

constexpr auto kChoiceLasts = std::chrono::hours(24 * 365);

std::optional<Language> language_named(std::string_view tag) {
    for (const auto& known : kLanguages)
        if (http::iequals(tag.substr(0, tag.find('-')), known.code)) return known.language;
    return std::nullopt;
}

const char* spoken(Language language, const Said& said) {
    switch (language) {
        case Language::fr:
            return said.fr;
        case Language::nl:
            return said.nl;
        case Language::en:
            break;
    }
    return said.en;
}

const Said* said_of(std::string_view name) {
    const auto& all = sign_in_words();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Said& said) { return said.name == name; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<Said>& sign_in_words() {
    static const std::vector<Said> kWords = {
        {"language", "Language", "Langue", "Taal"},
        {"sign_in", "Sign in", "Se connecter", "Aanmelden"},
        {"workspace", "Workspace", "Espace de travail", "Werkruimte"},
        {"who", "Name or e-mail address", "Nom ou adresse e-mail", "Naam of e-mailadres"},
        {"password", "Password", "Mot de passe", "Wachtwoord"},
        {"with_link", "With a one-time link", "Avec un lien à usage unique", "Met een eenmalige link"},
        {"the_link", "The link, or the part of it after #", "Le lien, ou sa partie après #",
         "De link, of het deel ervan na #"},
        {"new_password", "Choose a new password (12 characters or more)",
         "Choisissez un nouveau mot de passe (12 caractères ou plus)",
         "Kies een nieuw wachtwoord (12 tekens of meer)"},
        {"set_password", "Set the password and sign in", "Enregistrer le mot de passe et se connecter",
         "Wachtwoord instellen en aanmelden"},
        {"code_title", "The code of your authenticator app",
         "Le code de votre application d’authentification", "De code van uw authenticator-app"},
        {"six_digits", "Six digits", "Six chiffres", "Zes cijfers"},
        {"no_device", "I do not have my device", "Je n’ai pas mon appareil", "Ik heb mijn toestel niet"},
        {"recovery_code", "One of your recovery codes", "Un de vos codes de secours",
         "Een van uw herstelcodes"},
        {"use_recovery", "Sign in with it", "Se connecter avec ce code", "Ermee aanmelden"},
        {"none_left", "None left? Ask an administrator to reset your second factor.",
         "Il n’en reste aucun ? Demandez à un administrateur de réinitialiser votre second facteur.",
         "Geen meer over? Vraag een beheerder uw tweede factor te resetten."},
        {"somebody_else", "Sign in as somebody else", "Se connecter sous un autre nom",
         "Als iemand anders aanmelden"},
        {"enrol", "Set up the second factor", "Configurer le second facteur", "De tweede factor instellen"},
        {"enrol_text",
         "Your workspace asks for a code beside the password. Scan this with an authenticator app, or type "
         "the secret "
         "there.",
         "Votre espace de travail demande un code en plus du mot de passe. Scannez ceci avec une application "
         "d’authentification, ou saisissez-y le secret.",
         "Uw werkruimte vraagt een code naast het wachtwoord. Scan dit met een authenticator-app, of typ het "
         "geheim "
         "daar in."},
        {"qr", "QR code of the secret below", "Code QR du secret ci-dessous",
         "QR-code van het geheim hieronder"},
        {"secret", "The secret:", "Le secret :", "Het geheim:"},
        {"shown_digits", "The six digits that the app shows", "Les six chiffres que l’application affiche",
         "De zes cijfers die de app toont"},
        {"enrol_do", "Set up and sign in", "Configurer et se connecter", "Instellen en aanmelden"},
        {"recovery_codes", "Recovery codes", "Codes de secours", "Herstelcodes"},
        {"is_set_up", "The second factor is set up", "Le second facteur est configuré",
         "De tweede factor is ingesteld"},
        {"recovery_text",
         "Each opens once, instead of a code, when you do not have your device. Print them or keep them "
         "where you keep "
         "passwords: they are not shown again.",
         "Chacun sert une fois, à la place d’un code, quand vous n’avez pas votre appareil. Imprimez-les ou "
         "gardez-les "
         "avec vos mots de passe : ils ne seront plus affichés.",
         "Elk werkt één keer, in plaats van een code, wanneer u uw toestel niet hebt. Druk ze af of bewaar "
         "ze bij uw "
         "wachtwoorden: ze worden niet meer getoond."},
        {"go_on", "I have kept them: go on", "Je les ai conservés : continuer", "Ik heb ze bewaard: verder"},
        {"nothing_here", "Nothing here", "Rien ici", "Hier is niets"},
        {"nothing_text",
         "There is no page at this address. It may have been moved, or the link was cut short.",
         "Il n’y a pas de page à cette adresse. Elle a peut-être été déplacée, ou le lien est incomplet.",
         "Er is geen pagina op dit adres. Misschien is ze verplaatst, of is de link niet volledig."},
        {"no_console", "This executable was built without the console",
         "Cet exécutable a été construit sans la console", "Dit programma is zonder de console gebouwd"},
        {"no_console_text", "Every service works: by gRPC, by HTTP and by the command line.",
         "Tous les services fonctionnent : par gRPC, par HTTP et en ligne de commande.",
         "Alle diensten werken: via gRPC, via HTTP en via de opdrachtregel."},
        {"no_console_run", "To have the console, build and start with",
         "Pour avoir la console, construisez et démarrez avec", "Voor de console: bouw en start met"},
        {"no_console_by_hand", "By hand: fetch what the console needs, then build again:",
         "À la main : récupérez ce dont la console a besoin, puis reconstruisez :",
         "Met de hand: haal op wat de console nodig heeft en bouw opnieuw:"},
        {"to_queue", "To the queue", "Vers la file", "Naar de wachtrij"},

        {"wrong:wrong_password", "name or password is wrong", "nom ou mot de passe incorrect",
         "naam of wachtwoord is onjuist"},
        {"wrong:foreign_form", "this form was sent from another site: open this page and try again",
         "ce formulaire a été envoyé depuis un autre site : ouvrez cette page et réessayez",
         "dit formulier is vanaf een andere site verzonden: open deze pagina en probeer opnieuw"},
        {"wrong:too_many_attempts", "too many attempts: try again in {n} minutes, or ask for a link",
         "trop de tentatives : réessayez dans {n} minutes, ou demandez un lien",
         "te veel pogingen: probeer over {n} minuten opnieuw, of vraag een link"},
        {"wrong:bad_link", "this link is unknown, used or expired: ask for a new one",
         "ce lien est inconnu, déjà utilisé ou expiré : demandez-en un nouveau",
         "deze link is onbekend, al gebruikt of verlopen: vraag een nieuwe"},
        {"wrong:password_short", "choose a password of at least 12 characters",
         "choisissez un mot de passe d’au moins 12 caractères", "kies een wachtwoord van minstens 12 tekens"},
        {"wrong:password_long", "choose a shorter password", "choisissez un mot de passe plus court",
         "kies een korter wachtwoord"},
        {"wrong:password_unreadable", "the password is not readable text: type it again",
         "le mot de passe n’est pas un texte lisible : saisissez-le à nouveau",
         "het wachtwoord is geen leesbare tekst: typ het opnieuw"},
        {"wrong:agent_gone", "this agent is gone: ask an administrator",
         "cet agent n’existe plus : demandez à un administrateur",
         "deze medewerker bestaat niet meer: vraag het een beheerder"},
        {"wrong:wrong_code", "this code is wrong or was used already: take the next one that your app shows",
         "ce code est incorrect ou a déjà servi : prenez le prochain que votre application affiche",
         "deze code is onjuist of al gebruikt: neem de volgende die uw app toont"},
        {"wrong:not_begun", "nothing is being set up, or it took too long: begin again",
         "rien n’est en cours de configuration, ou cela a pris trop de temps : recommencez",
         "er wordt niets ingesteld, of het duurde te lang: begin opnieuw"},
        {"wrong:second_factor_on", "a second factor is set up already: turn it off first, or have it reset",
         "un second facteur est déjà configuré : désactivez-le d’abord, ou faites-le réinitialiser",
         "er is al een tweede factor ingesteld: schakel hem eerst uit, of laat hem resetten"},
        {"wrong:no_ticket", "this took too long, or was ended: sign in again",
         "cela a pris trop de temps, ou a été interrompu : connectez-vous à nouveau",
         "dit duurde te lang, of werd beëindigd: meld u opnieuw aan"},
        {"wrong:other", "this did not work: try again in a moment, or ask an administrator",
         "cela n’a pas fonctionné : réessayez dans un instant, ou demandez à un administrateur",
         "dit is niet gelukt: probeer het zo meteen opnieuw, of vraag het een beheerder"},
    };
    return kWords;
}

const char* code_of(Language language) {
    for (const auto& known : kLanguages)
        if (known.language == language) return known.code;
    return "en";
}

http::Fields words_in(Language language) {
    http::Fields fields = {{"lang", code_of(language)}};
    for (const auto& said : sign_in_words())
        fields.emplace_back(std::string("say:") + said.name, spoken(language, said));
    return fields;
}

std::string wrong_in(Language language, const Status& status) {
    if (status.ok()) return {};
    const auto* said = status.reason.empty() ? nullptr : said_of("wrong:" + status.reason);
    if (said == nullptr && language == Language::en) return status.message;
    if (said == nullptr) said = said_of("wrong:other");
    std::string words = spoken(language, *said);
    constexpr std::string_view kMinutes = "{n}";
    if (const auto at = words.find(kMinutes); at != std::string::npos)
        words.replace(at, kMinutes.size(), std::to_string(std::max(1, (status.retry_after_s + 59) / 60)));
    return words;
}

Language language_of(const http::Request& request) {
    if (const auto asked = language_named(request.query_param("lang").value_or(""))) return *asked;
    if (const auto kept = language_named(request.cookie(kLanguageCookie).value_or(""))) return *kept;
    for (const auto tag : http::wanted_languages(request.headers.get("accept-language")))
        if (const auto wanted = language_named(tag)) return *wanted;
    return Language::en;
}

void keep_language(const http::Request& request, http::Response& response) {
    const auto asked = language_named(request.query_param("lang").value_or(""));
    if (!asked) return;
    http::SetCookie cookie;
    cookie.name = kLanguageCookie;
    cookie.value = code_of(*asked);
    cookie.path = "/sign-in";
    cookie.max_age = std::chrono::duration_cast<std::chrono::seconds>(kChoiceLasts);
    cookie.http_only = false;
    cookie.secure = request.scheme == "https";
    response.cookie(cookie);
}

}  // namespace guichet::gateway
