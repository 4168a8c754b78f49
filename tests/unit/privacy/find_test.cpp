#include <gtest/gtest.h>

#include "common/privacy/personal_data.hpp"

namespace guichet::privacy {
namespace {

struct Case {
    const char* text;
    const char* found;
};

// "kind:words" of each finding, joined by "|".
std::string shown(std::string_view text) {
    std::string out;
    for (const Finding& finding : find_personal_data(text)) {
        if (!out.empty()) out += "|";
        out += to_string(finding.kind);
        out += ":";
        out += text.substr(finding.begin, finding.end - finding.begin);
    }
    return out;
}

class Found : public ::testing::TestWithParam<Case> {};
TEST_P(Found, IsWhatIsMeant) {
    EXPECT_EQ(shown(GetParam().text), GetParam().found) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Phones, Found,
    ::testing::Values(
        Case{"Appelez-moi au 0475 12 34 56 svp", "phone:0475 12 34 56"},
        Case{"0475/12.34.56", "phone:0475/12.34.56"}, Case{"gsm 0475/123456.", "phone:0475/123456"},
        Case{"0475123456", "phone:0475123456"}, Case{"it will be 0475123456", "phone:0475123456"},
        Case{"tel:0475123456", "phone:0475123456"}, Case{"tel0475123456", "phone:0475123456"},
        Case{"02 123 45 67", "phone:02 123 45 67"}, Case{"(02) 123 45 67", "phone:02) 123 45 67"},
        Case{"09/234 56 78", "phone:09/234 56 78"}, Case{"+32 475 12 34 56", "phone:+32 475 12 34 56"},
        Case{"+32475123456!", "phone:+32475123456"}, Case{"+32 (0)475 12 34 56", "phone:+32 (0)475 12 34 56"},
        Case{"0032 475 12 34 56", "phone:0032 475 12 34 56"}, Case{"0032475123456", "phone:0032475123456"},
        Case{"Mon portable : 06 12 34 56 78", "phone:06 12 34 56 78"},
        Case{"06.12.34.56.78 le soir", "phone:06.12.34.56.78"},
        Case{"01-02-03-04-05", "phone:01-02-03-04-05"}, Case{"+33 6 12 34 56 78", "phone:+33 6 12 34 56 78"},
        Case{"+33612345678", "phone:+33612345678"}, Case{"Bel mij op 06-12345678", "phone:06-12345678"},
        Case{"020 123 4567", "phone:020 123 4567"}, Case{"+31 6 1234 5678", "phone:+31 6 1234 5678"},
        Case{"0151 12345678", "phone:0151 12345678"}, Case{"017612345678", "phone:017612345678"},
        Case{"030/1234567", "phone:030/1234567"}, Case{"+49 (0) 30 1234567", "phone:+49 (0) 30 1234567"},
        Case{"07700 900123", "phone:07700 900123"}, Case{"020 7946 0958", "phone:020 7946 0958"},
        Case{"+44 20 7946 0958", "phone:+44 20 7946 0958"}, Case{"+1 555 123 4567", "phone:+1 555 123 4567"},
        Case{"+352 621 123 456", "phone:+352 621 123 456"}, Case{"gsm 475 12 34 56", "phone:475 12 34 56"},
        Case{"call me: 5551234567", "phone:5551234567"},
        Case{"0475\u00A012\u202F34\u200A56", "phone:0475\u00A012\u202F34\u200A56"},
        Case{"0475\u201112\u201334\u201356", "phone:0475\u201112\u201334\u201356"},
        Case{"04\u200B75 12\u200D 34 56", "phone:04\u200B75 12\u200D 34 56"},
        Case{"０４７５１２３４５６", "phone:０４７５１２３４５６"},
        Case{"https://wa.me/32475123456 !", "phone:32475123456"},
        Case{"0475 12 34 56 ou 0475 65 43 21", "phone:0475 12 34 56|phone:0475 65 43 21"},
        Case{"Commande 4711, mon gsm 0475123456", "phone:0475123456"},
        Case{"le 01.02.2024 au 0475 12 34 56", "phone:0475 12 34 56"}));

INSTANTIATE_TEST_SUITE_P(Mails, Found,
                         ::testing::Values(Case{"jean.dupont@example.be", "mail:jean.dupont@example.be"},
                                           Case{"(anna@example.org).", "mail:anna@example.org"},
                                           Case{"Mail: Anna+shop@mail.example.co.uk!",
                                                "mail:Anna+shop@mail.example.co.uk"},
                                           Case{"jérôme@exämple.fr", "mail:jérôme@exämple.fr"},
                                           Case{"anna (at) example.org", "mail:anna (at) example.org"},
                                           Case{"anna[at]example.org", "mail:anna[at]example.org"},
                                           Case{"jean.dupont @ example.be", "mail:jean.dupont @ example.be"},
                                           Case{"mailto:a@b.be", "mail:a@b.be"},
                                           Case{"https://x.example/?mail=a@b.be&x=1", "mail:a@b.be"},
                                           Case{"0475123456@example.be", "mail:0475123456@example.be"},
                                           Case{"a@b.be,c@d.fr", "mail:a@b.be|mail:c@d.fr"}));

INSTANTIATE_TEST_SUITE_P(
    Banks, Found,
    ::testing::Values(Case{"BE68 5390 0754 7034", "iban:BE68 5390 0754 7034"},
                      Case{"BE68539007547034", "iban:BE68539007547034"},
                      Case{"be68-5390-0754-7034.", "iban:be68-5390-0754-7034"},
                      Case{"IBAN: FR14 2004 1010 0505 0001 3M02 606",
                           "iban:FR14 2004 1010 0505 0001 3M02 606"},
                      Case{"NL91ABNA0417164300", "iban:NL91ABNA0417164300"},
                      Case{"DE89 3704 0044 0532 0130 00", "iban:DE89 3704 0044 0532 0130 00"},
                      Case{"GB29 NWBK 6016 1331 9268 19", "iban:GB29 NWBK 6016 1331 9268 19"},
                      Case{"4111 1111 1111 1111", "card:4111 1111 1111 1111"},
                      Case{"4111111111111111", "card:4111111111111111"},
                      Case{"Visa-4111-1111-1111-1111", "card:4111-1111-1111-1111"},
                      Case{"5500 0000 0000 0004 123", "card:5500 0000 0000 0004"},
                      Case{"3782 822463 10005", "card:3782 822463 10005"},
                      Case{"6011111111111117", "card:6011111111111117"},
                      Case{"2223 0031 2200 3222", "card:2223 0031 2200 3222"}));

INSTANTIATE_TEST_SUITE_P(
    NationalNumbers, Found,
    ::testing::Values(Case{"85.07.30-033.28", "national_number:85.07.30-033.28"},
                      Case{"85073003328", "national_number:85073003328"},
                      Case{"85 07 30 033 28", "national_number:85 07 30 033 28"},
                      Case{"2 55 08 14 168 025 38", "national_number:2 55 08 14 168 025 38"},
                      Case{"255081416802538", "national_number:255081416802538"},
                      Case{"BSN 111222333", "national_number:111222333"},
                      Case{"Mijn burgerservicenummer is 1112.22.333", "national_number:1112.22.333"},
                      Case{"Steuer-ID: 86 095 742 719", "national_number:86 095 742 719"},
                      Case{"IdNr. 86095742719", "national_number:86095742719"}));

INSTANTIATE_TEST_SUITE_P(
    Nothing, Found,
    ::testing::Values(
        Case{"", ""}, Case{"le 01/02/2024 à 14:30", ""}, Case{"01.02.2024 14 30 12", ""},
        Case{"2024-11-22", ""}, Case{"12-05-1985", ""}, Case{"01/02/24", ""},
        Case{"du 01.02.2024 au 03.04.2024", ""}, Case{"2024-11-22T15:34:05.123Z", ""}, Case{"22 11 2024", ""},
        Case{"de 08:30 à 17:00", ""}, Case{"9.00-12.30 / 13.30-17.00", ""}, Case{"1.234.567,89 €", ""},
        Case{"1 234 567 890 EUR", ""}, Case{"0,99 €", ""}, Case{"€ 12.500,00", ""},
        Case{"20 000 000 de clients", ""}, Case{"+25 000 000 €", ""}, Case{"+100 000 000", ""},
        Case{"+15 %", ""}, Case{"1000 Bruxelles", ""}, Case{"B-1000", ""}, Case{"75001 Paris", ""},
        Case{"01000 Bourg-en-Bresse", ""}, Case{"1012 AB", ""}, Case{"Commande 0123456789", ""},
        Case{"order no 0123456789", ""}, Case{"Bestelnummer: 0123456789", ""},
        Case{"Auftragsnummer 01234567890", ""}, Case{"#0123456789", ""}, Case{"CMD-0123456789", ""},
        Case{"2024-0123456789", ""}, Case{"A0123456789", ""}, Case{"0123456789X", ""}, Case{"ref 12345", ""},
        Case{"réf. 2024/000123", ""}, Case{"ticket 4711", ""}, Case{"colis JJD0123456789012", ""},
        Case{"3232123456789012345678901234", ""}, Case{"EAN 5412345678908", ""}, Case{"5412345678908", ""},
        Case{"012345678905", ""}, Case{"9783161484100", ""}, Case{"IMEI 356938035643809", ""},
        Case{"+++090/9337/55493+++", ""}, Case{"***090/9337/55493***", ""}, Case{"BE 0403.170.701", ""},
        Case{"TVA BE0403170701", ""}, Case{"btw 0403.170.701", ""}, Case{"SIRET 01234567800012", ""},
        Case{"0800 12 345", ""}, Case{"0800/12345", ""}, Case{"0900 12 345", ""},
        Case{"4111 1111 1111 1112", ""}, Case{"BE68 5390 0754 7035", ""}, Case{"be68", ""},
        Case{"de reporter mon échéance d", ""}, Case{"85.07.30-033.29", ""}, Case{"111222333", ""},
        Case{"86095742719", ""}, Case{"BSN 111222334", ""}, Case{"IP 192.168.100.200", ""},
        Case{"version 10.0.19045", ""}, Case{"50.8503, 4.3517", ""}, Case{"@brand", ""},
        Case{"@anna@mastodon.example", ""}, Case{"logo@2x.png", ""}, Case{"pkg@1.2.3", ""},
        Case{"we are @ the office. Come", ""}, Case{"see us @ shop.example", ""},
        Case{"https://x.example/order/0475123456?y=0475123456", ""},
        Case{"https://t.example/@anna.b/post", ""}, Case{"tel. 12", ""}, Case{"call 911", ""},
        Case{"J'ai appelé 10 fois en 2024", ""}, Case{"bel tussen 10.30 - 12.30", ""},
        Case{"téléphone acheté le 20241122", ""}, Case{"100 200 300 400", ""},
        Case{"0 1 2 3 4 5 6 7 8 9", ""}, Case{"00 00 00 00 00", ""}, Case{"0000000000", ""},
        Case{"12345678", ""}, Case{"007", ""}, Case{"•••• 1234", ""}, Case{"••@••", ""}));

TEST(Find, TellsOrderAndBytes) {
    const auto found = find_personal_data("é a@b.be, 0475123456");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0], (Finding{Kind::mail, 3, 9}));
    EXPECT_EQ(found[1], (Finding{Kind::phone, 11, 21}));
}

TEST(Find, SurvivesIllFormedBytes) {
    EXPECT_EQ(shown("\xFF\xC3 0475123456 \xE2\x82"), "phone:0475123456");
    EXPECT_EQ(find_personal_data(std::string("\0\xF0\x9F", 3)).size(), 0U);
}

}  // namespace
}  // namespace guichet::privacy
