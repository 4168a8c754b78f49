#include "tests/integration/conformance/subjects.hpp"

namespace guichet::test::conformance {

std::vector<Kind> kinds() {
    return {{"custom", custom_subject},
            {"facebook_comments", facebook_comments_subject},
            {"facebook_messenger", facebook_messenger_subject},
            {"mail", mail_subject}};
}

}  // namespace guichet::test::conformance
