#pragma once
// Small statements of our own that travel through a browser and come back unchanged, or not at all.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.hpp"

namespace guichet::ingest::web {

class Signer {
  public:
    explicit Signer(std::string key) : key_(std::move(key)) {}

    // Not secret, only unforgeable. `fields` without line breaks. Statements of one purpose mean nothing for
    // another.
    std::string sign(std::string_view purpose, const std::vector<std::string>& fields) const;
    // The fields; nothing when it was not signed by this key for this purpose.
    std::optional<std::vector<std::string>> verify(std::string_view purpose,
                                                   std::string_view statement) const;
    // 43 characters that only the key's owner can derive from `what`.
    std::string derive(std::string_view purpose, std::string_view what) const;

  private:
    std::string mac(std::string_view purpose, std::string_view payload) const;
    std::string key_;
};

// Milliseconds as written into a statement; 0 when it is none.
TimeMs parse_ms(const std::string& text);

}  // namespace guichet::ingest::web
