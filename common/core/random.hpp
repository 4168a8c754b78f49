#pragma once
// Chance is injected. SystemRandom is cryptographically strong (OpenSSL); SeededRandom repeats a test.
#include <cstddef>
#include <cstdint>
#include <string>

namespace guichet {

class Random {
  public:
    virtual ~Random() = default;
    virtual std::uint64_t next() = 0;
    // Uniform in [0, bound); bound > 0.
    std::uint64_t below(std::uint64_t bound);
    // Uniform in [0, 1).
    double unit();
    // `bytes` random bytes.
    std::string bytes(std::size_t count);
    // Unguessable text of base64url characters carrying `count` random bytes (32 bytes: 43 characters).
    std::string token(std::size_t count = 32);
};

class SystemRandom final : public Random {
  public:
    std::uint64_t next() override;
};

class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() override;

  private:
    std::uint64_t state_;
};

}  // namespace guichet
