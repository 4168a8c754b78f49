#pragma once
// The pages' files (assets/), embedded.
#include <map>
#include <string>

namespace guichet::demo {

// Name -> content.
const std::map<std::string, std::string>& demo_files();

}  // namespace guichet::demo
