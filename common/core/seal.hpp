#pragma once
// Secrets at rest: AES-256-GCM. What is sealed for one place (`context`) does not open in another.
#include <string>
#include <string_view>

#include "common/core/random.hpp"
#include "common/core/status.hpp"

namespace guichet {

class Sealer {
  public:
    static constexpr std::size_t kKeyBytes = 32;
    // Of any text: its SHA-256 is the key, so that a passphrase and 32 random bytes both serve.
    explicit Sealer(std::string_view key_text);

    // "sealed:1:<base64url of nonce, tag and ciphertext>"
    std::string seal(std::string_view plain, std::string_view context, Random& random) const;
    // FAILED_PRECONDITION: sealed with another key, for another place, or damaged. Text that was never sealed
    // comes back as it is: it was written before there was a key.
    Result<std::string> open(std::string_view sealed, std::string_view context) const;

  private:
    std::string key_;
};

}  // namespace guichet
