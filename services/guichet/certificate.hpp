#pragma once
// How long a certificate is still good.
#include <filesystem>

#include "common/core/clock.hpp"
#include "common/core/status.hpp"

namespace guichet {

// When the first certificate of a PEM file ends. NOT_FOUND when there is none.
Result<TimeMs> certificate_end(const std::filesystem::path& pem);

}  // namespace guichet
