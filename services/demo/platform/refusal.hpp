#pragma once
// An error as Graph answers it; thrown inside the stand-in from wherever it is found.
#include <string>
#include <utility>

namespace guichet::stand_in {

struct Refusal {
    int code = 1;
    std::string message;
    int subcode = 0;
    // Graph answers most errors by 400, whatever they are.
    int status = 400;
    std::string type = "OAuthException";
};

inline Refusal bad_parameter(std::string message) {
    return {100, "(#100) " + std::move(message), 0, 400, "OAuthException"};
}

// What Graph says of an id that is not there and of one that must not be seen.
inline Refusal no_such_object(const std::string& id) {
    return {100,
            "Unsupported request. Object with ID '" + id +
                "' does not exist, cannot be loaded due to missing permissions, or does not support this "
                "operation",
            33, 400, "GraphMethodException"};
}

}  // namespace guichet::stand_in
