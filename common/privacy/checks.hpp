#pragma once
// Check digits. Arguments are digits only ('0'..'9'), except where said; a wrong length is simply false.
#include <string_view>

namespace guichet::privacy {

// ISO/IEC 7812-1 annex B, with the issuers' first digits and lengths: Visa, Mastercard, American Express,
// Diners, Discover, Maestro, UnionPay, JCB.
bool is_card(std::string_view digits);

// ISO 13616: two lower-case letters, two check digits, the country's length; lower-case letters and digits.
// 0 when the country has no IBAN.
std::size_t iban_length(std::string_view country);
bool is_iban(std::string_view iban);

// Belgian register number: birth date (or bis number), serial, 97 minus the remainder; born from 2000 on with
// a 2 before.
bool is_belgian_number(std::string_view digits);

// Belgian enterprise number, ten digits: 97 minus the remainder of the first eight. No personal data.
bool is_belgian_company(std::string_view digits);

// French NIR: 13 characters (department 2a, 2b in Corsica) and the key, 97 minus the remainder.
bool is_french_number(std::string_view nir);

// Dutch BSN, nine digits: the eleven test.
bool is_dutch_number(std::string_view digits);

// German tax identification number: ISO 7064 MOD 11,10.
bool is_german_tax_id(std::string_view digits);

}  // namespace guichet::privacy
