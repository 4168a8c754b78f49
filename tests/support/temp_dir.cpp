#include "tests/support/temp_dir.hpp"

#include <stdexcept>
#include <stdlib.h>
#include <system_error>

namespace guichet::test {

TempDir::TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "guichet-test-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make " + name);
    path_ = name;
}

TempDir::~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace guichet::test
