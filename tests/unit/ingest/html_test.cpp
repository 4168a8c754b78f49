#include "services/ingest/web/html.hpp"

#include <gtest/gtest.h>

namespace guichet::ingest::web {
namespace {

TEST(Html, EscapesTextAndAttributes) {
    const auto html = element("p", {{"title", "\"><script>"}}, {"<b> & 'x'"});
    EXPECT_EQ(html.str(), "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt; &amp; &#39;x&#39;</p>");
}

TEST(Html, RepairsBrokenUtf8AndControls) {
    EXPECT_EQ(Html(std::string_view("a\xff\x01"
                                    "b"))
                  .str(),
              "a\xEF\xBF\xBD b");
    EXPECT_EQ(Html(std::string_view("a\0b", 3)).str(),
              "a\xEF\xBF\xBD"
              "b");
}

TEST(Html, LeavesOutWhatIsAbsent) {
    EXPECT_EQ(element("input",
                      {{"value", "x", false}, Attribute::flag("checked"), Attribute::flag("required", false)})
                  .str(),
              "<input checked>");
}

TEST(Html, NestsElementsUnescaped) {
    EXPECT_EQ(element("ul", {}, {element("li", {}, {"a<"}), Html::markup("<hr>")}).str(),
              "<ul><li>a&lt;</li><hr></ul>");
}

TEST(Html, KeepsParagraphsAndLineBreaks) {
    EXPECT_EQ(paragraphs("a\r\nb\n\n\n<c>").str(), "<p>a<br>b</p><p>&lt;c&gt;</p>");
    EXPECT_EQ(paragraphs(" \n ").str(), "");
}

TEST(Fill, PutsValuesIn) {
    EXPECT_EQ(fill("at most {n} of {n}{x}", {{"n", "5"}}), "at most 5 of 5");
    EXPECT_EQ(fill("open {", {}), "open {");
}

}  // namespace
}  // namespace guichet::ingest::web
