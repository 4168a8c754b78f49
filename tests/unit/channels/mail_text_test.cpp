#include <gtest/gtest.h>

#include "common/channels/mail/folding.hpp"
#include "common/channels/mail/html_text.hpp"
#include "common/core/bytes.hpp"

namespace guichet::channels::mail {
namespace {

std::string plain(std::string_view html) {
    return html_to_text(html, 10'000);
}

TEST(MailHtml, BreaksLinesAsABrowserDoes) {
    EXPECT_EQ(plain("<p>One\n  two</p><p>Three<br>four</p>"), "One two\n\nThree\nfour");
    EXPECT_EQ(plain("<div>a</div><div>b<div>c</div></div>"), "a\nb\nc");
    EXPECT_EQ(plain("<ul><li>x</li><li>y</li></ul>z"), "- x\n- y\nz");
    EXPECT_EQ(plain("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"), "a b\nc");
    EXPECT_EQ(plain("1 < 2 &amp; 3 &gt; 2"), "1 < 2 & 3 > 2");
}

TEST(MailHtml, DropsWhatNobodyReads) {
    EXPECT_EQ(
        plain("<head><title>t</title><style>a{b:c}</style></head>x<!-- <p>no --><script>if(a<b){}</script>y"),
        "xy");
    EXPECT_EQ(plain("a<SCRIPT src='//x'>steal()</script >b"), "ab");
    EXPECT_EQ(plain("a<script>never closed <b>b</b>"), "a");
    EXPECT_EQ(plain("<head><meta x><body>here</body>"), "here");
    EXPECT_EQ(plain("a<img src=x onerror=alert(1) alt='Photo'>b<!DOCTYPE html><?xml?>"), "aPhotob");
    EXPECT_EQ(plain("a<b"), "a");
    EXPECT_EQ(plain("<a title='a > b' href=x>ok</a>"), "ok");
}

TEST(MailHtml, KeepsLinksAsText) {
    EXPECT_EQ(plain("<a href=\"https://x.example/?a=1&amp;b=2\">here</a>."),
              "here (https://x.example/?a=1&b=2).");
    EXPECT_EQ(plain("<a href='https://x.example'>https://x.example</a>"), "https://x.example");
    EXPECT_EQ(plain("<a href=mailto:a@x.example>write</a>"), "write (a@x.example)");
    EXPECT_EQ(plain("<a href='javascript:alert(1)'>tap</a>"), "tap");
    EXPECT_EQ(plain("<a href='https://x.example'><img src=y></a>z"), "z");
}

TEST(MailHtml, DecodesEntities) {
    EXPECT_EQ(decode_entities("&eacute;&#233;&#xE9;&euro;"), "ééé€");
    EXPECT_EQ(decode_entities("a &b; & c &#0; &#xD800; &#99999999999; &"),
              "a &b; & c \xEF\xBF\xBD \xEF\xBF\xBD &#99999999999; &");
    EXPECT_EQ(plain("&lt;script&gt;"), "<script>");
}

TEST(MailHtml, QuotesAndLimits) {
    EXPECT_EQ(plain("Yes<blockquote>a<br>b<blockquote>c</blockquote></blockquote>d"),
              "Yes\n> a\n> b\n> > c\nd");
    EXPECT_EQ(html_to_text("ééé", 3), "é");
    EXPECT_TRUE(valid_utf8(plain("\xff<p\xfe>\xc3")));
    std::string deep;
    for (int i = 0; i < 50'000; ++i) deep += "<blockquote><div>";
    EXPECT_EQ(plain(deep + "x").substr(0, 4), "> > ");
    EXPECT_EQ(html_to_text(std::string(1'000'000, '<'), 100).size(), 100u);
}

TEST(MailFolding, LeavesPlainTextAlone) {
    const auto folded = fold_quotes("Hello,\n\nit broke.\nOn Monday I came by: nobody.\n");
    EXPECT_EQ(folded.fresh, "Hello,\n\nit broke.\nOn Monday I came by: nobody.");
    EXPECT_EQ(folded.quoted, "");
}

struct Case {
    const char* name;
    const char* text;
};

// Each has "Fresh words" first and history below.
constexpr Case kTops[] = {
    {"english",
     "Fresh words\n\nOn Tue, 3 Mar 2026 at 10:00, Shop <help@shop.example> wrote:\n> old\n> older\n"},
    {"broken",
     "Fresh words\n\nOn Tue, 3 Mar 2026 at 10:00, A Shop With A Long Name\n<help@shop.example>\nwrote:\n\n> "
     "old\n"},
    {"french",
     "Fresh words\n\nLe mar. 3 mars 2026 à 10:00, Boutique <help@shop.example> a écrit :\n\n> old\n"},
    {"dutch", "Fresh words\n\nOp di 3 mrt 2026 om 10:00 schreef Winkel <help@shop.example>:\n> old\n"},
    {"german", "Fresh words\n\nAm 03.03.2026 um 10:00 schrieb Laden <help@shop.example>:\n> old\n"},
    {"no marks", "Fresh words\n\nOn 3 Mar 2026, at 10:00, Shop wrote:\n\nold\nolder\n"},
    {"outlook",
     "Fresh words\n\n________________________________\nFrom: Shop <help@shop.example>\nSent: Tuesday\nTo: "
     "Anna\nSubject: x\n\nold\n"},
    {"outlook fr", "Fresh words\n\nDe : Boutique\nEnvoyé : mardi 3 mars\nÀ : Anna\nObjet : x\n\nold\n"},
    {"outlook nl",
     "Fresh words\n\n-----Oorspronkelijk bericht-----\nVan: Winkel\nVerzonden: dinsdag\n\nold\n"},
    {"outlook de", "Fresh words\n\n**Von:** Laden\n**Gesendet:** Dienstag\n\nold\n"},
    {"bare marks", "Fresh words\n\n> old\n>\n> older\n\n"},
    {"signature", "Fresh words\n-- \nAnna old Petit\n+32 1\n"},
    {"signature and history", "Fresh words\n-- \nAnna\n\nOn 3 Mar 2026 Shop <s@x.example> wrote:\n> old\n"},
};

TEST(MailFolding, FoldsHistoryBelow) {
    for (const auto& one : kTops) {
        SCOPED_TRACE(one.name);
        const auto folded = fold_quotes(one.text);
        EXPECT_EQ(folded.fresh, "Fresh words");
        EXPECT_NE(folded.quoted.find("old"), std::string::npos);
    }
}

TEST(MailFolding, FindsTheAnswerBelow) {
    const auto folded =
        fold_quotes("On 3 Mar 2026 Shop <s@x.example> wrote:\n> old\n> older\n\nFresh words\n");
    EXPECT_EQ(folded.fresh, "Fresh words");
    EXPECT_EQ(folded.quoted, "On 3 Mar 2026 Shop <s@x.example> wrote:\n> old\n> older");
}

TEST(MailFolding, KeepsAnswersBetweenTheLines) {
    const auto folded = fold_quotes(
        "On 3 Mar 2026 Shop <s@x.example> wrote:\n> Which colour?\nRed.\n> Which size?\nXL.\n> bye\n");
    EXPECT_NE(folded.fresh.find("> Which size?\nXL."), std::string::npos);
    EXPECT_EQ(folded.quoted, "> bye");
}

TEST(MailFolding, ShowsWhatIsForwarded) {
    const char* text =
        "Look:\n\n---------- Forwarded message ---------\nFrom: Shop <s@x.example>\nDate: today\n\nthe "
        "words\n";
    EXPECT_NE(fold_quotes(text).fresh.find("the words"), std::string::npos);
}

TEST(MailFolding, NeverFoldsEverything) {
    EXPECT_EQ(fold_quotes("> only\n> quoted\n").fresh, "> only\n> quoted");
    EXPECT_EQ(fold_quotes("-- \nAnna\n").fresh, "-- \nAnna");
    EXPECT_EQ(fold_quotes(" \n\n").fresh, "");
    EXPECT_EQ(fold_quotes("").quoted, "");
}

}  // namespace
}  // namespace guichet::channels::mail
