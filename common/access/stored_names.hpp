#pragma once
// Under what credentials.cpp and tickets.cpp store the same thing.
#include <string>

#include "common/access/credentials.hpp"

namespace guichet::access {

inline std::string session_name(const std::string& secret) {
    return "session:" + fingerprint(secret);
}

}  // namespace guichet::access
