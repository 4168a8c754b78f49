#include "common/privacy/hints.hpp"

#include <algorithm>
#include <array>

namespace guichet::privacy {
namespace {

// A trailing '*' stands for any ending.
constexpr auto kReference = std::to_array<std::string_view>({"aktenzeichen",
                                                             "article",
                                                             "artikel*",
                                                             "auftrag*",
                                                             "barcode*",
                                                             "bestel*",
                                                             "booking*",
                                                             "buchung*",
                                                             "claim",
                                                             "claimnr",
                                                             "code",
                                                             "colis",
                                                             "commande*",
                                                             "contract*",
                                                             "contrat*",
                                                             "dossier*",
                                                             "ean",
                                                             "factur*",
                                                             "imei",
                                                             "invoice*",
                                                             "isbn",
                                                             "kenmerk",
                                                             "klantnr",
                                                             "klantnummer",
                                                             "kundennr",
                                                             "kundennummer",
                                                             "lot",
                                                             "mededeling",
                                                             "model*",
                                                             "order*",
                                                             "pakket*",
                                                             "paket*",
                                                             "police",
                                                             "polis*",
                                                             "product*",
                                                             "produit*",
                                                             "rechnung*",
                                                             "ref",
                                                             "referen*",
                                                             "refs",
                                                             "reserv*",
                                                             "schadenummer",
                                                             "sendung*",
                                                             "serial*",
                                                             "serie*",
                                                             "sinistre",
                                                             "suivi",
                                                             "ticket*",
                                                             "track*",
                                                             "transact*",
                                                             "vertrag*",
                                                             "verzending*",
                                                             "verwendungszweck",
                                                             "vorgang*",
                                                             "zaaknummer",
                                                             "zending*"});
constexpr auto kCompany = std::to_array<std::string_view>(
    {"bce", "be", "btw", "entreprise", "handelsregister", "kbo", "kvk", "mwst", "ondernemingsnummer", "siren",
     "siret", "tva", "umsatzsteuer*", "ust", "ustid", "vat"});
constexpr auto kPhone = std::to_array<std::string_view>(
    {"anruf*", "appel*",  "bel",     "bellen", "call",   "erreich*", "fon",       "gsm",     "handy*",
     "joign*", "joindre", "mobiel*", "mobil*", "phone*", "portable", "rappel*",   "reach",   "ring",
     "ruf",    "rufen",   "signal",  "sms",    "tel",    "telefo*",  "telephon*", "whatsapp"});
constexpr auto kPerson = std::to_array<std::string_view>(
    {"bsn", "burgerservicenummer", "identifikationsnummer", "idnr", "insz", "nir", "niss", "registre",
     "rijksregister*", "secu", "securite", "sofinummer", "steuer", "steuerid", "steueridentifikationsnummer",
     "steueridnr", "steuernummer", "tin"});

bool is_like(std::string_view word, std::string_view pattern) {
    if (!pattern.ends_with('*')) return word == pattern;
    pattern.remove_suffix(1);
    return word.starts_with(pattern);
}

template <std::size_t Count>
bool among(const std::array<std::string_view, Count>& patterns, std::string_view word) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](std::string_view pattern) { return is_like(word, pattern); });
}

}  // namespace

Hint hint_of(std::string_view word) {
    if (among(kPhone, word)) return Hint::phone;
    if (among(kPerson, word)) return Hint::person;
    if (among(kCompany, word)) return Hint::company;
    if (among(kReference, word)) return Hint::reference;
    return Hint::none;
}

void Hints::word(std::string_view word) {
    const Hint hint = hint_of(word);
    if (hint == Hint::none) {
        ++words_since_;
        return;
    }
    hint_ = hint;
    words_since_ = 0;
}

}  // namespace guichet::privacy
