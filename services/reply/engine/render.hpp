#pragma once
// From what an agent writes to what the customer reads. Pure.
#include <map>
#include <string>

#include "common/core/status.hpp"

namespace guichet::reply {

// Fills {{name}} in; INVALID_ARGUMENT names a variable that does not exist. Braces that form no {{…}} stay.
Result<std::string> fill(const std::string& text, const std::map<std::string, std::string>& variables);

// The persona's signature on a line of its own; nothing twice.
std::string sign(const std::string& text, const std::string& signature);

}  // namespace guichet::reply
