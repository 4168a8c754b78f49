#include "tests/integration/conformance/subjects.hpp"

namespace guichet::test::conformance {

std::vector<Kind> kinds() {
    return {{"custom", custom_subject}};
}

}  // namespace guichet::test::conformance
