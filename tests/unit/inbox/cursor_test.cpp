#include "services/inbox/cursor.hpp"

#include <gtest/gtest.h>

namespace guichet::inbox {
namespace {

using Fields = std::vector<std::string>;

TEST(Cursor, IsReadAsItWasWrittenEmptyFieldsToo) {
    for (const Fields& fields : {Fields{"w", "one", "5-0"}, Fields{"q", "", ""}, Fields{"", "a", "b"},
                                 Fields{"", ""}, Fields{"q"}}) {
        EXPECT_EQ(read_cursor(make_cursor(fields), fields.front(), fields.size()), fields) << fields.size();
    }
}

TEST(Cursor, OfAnotherKindOrShapeIsNone) {
    const auto cursor = make_cursor({"w", "one", "5-0"});
    EXPECT_FALSE(read_cursor(cursor, "q", 3));
    EXPECT_FALSE(read_cursor(cursor, "w", 2));
    EXPECT_FALSE(read_cursor("%" + cursor, "w", 3));
    EXPECT_FALSE(read_cursor(make_cursor({"w", std::string(600, 'x')}), "w", 2)) << "nobody was given that";
}

}  // namespace
}  // namespace guichet::inbox
