#include "tests/integration/conformance/subjects.hpp"

namespace guichet::test::conformance {

std::vector<Kind> kinds() {
    return {{"custom", custom_subject, false, false},
            {"facebook_comments", facebook_comments_subject, true, true, true},
            {"facebook_messenger", facebook_messenger_subject},
            {"facebook_private_reply", facebook_private_reply_subject, true, true, true},
            {"mail", mail_subject}};
}

std::vector<Kind> kinds_that(bool Kind::*can) {
    auto able = kinds();
    std::erase_if(able, [can](const Kind& kind) { return !(kind.*can); });
    return able;
}

}  // namespace guichet::test::conformance
