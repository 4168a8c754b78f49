#include "common/core/random.hpp"

#include <array>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <openssl/rand.h>

#include "common/core/bytes.hpp"

namespace guichet {
namespace {

struct Pool {
    std::array<std::uint64_t, 64> words{};
    std::size_t next = 64;
};

}  // namespace

std::uint64_t Random::below(std::uint64_t bound) {
    return next() % bound;
}

double Random::unit() {
    return static_cast<double>(next() >> 11) / 9007199254740992.0;
}

std::string Random::bytes(std::size_t count) {
    std::string out;
    out.reserve(count + 8);
    while (out.size() < count) {
        const std::uint64_t word = next();
        out.append(reinterpret_cast<const char*>(&word), sizeof word);
    }
    out.resize(count);
    return out;
}

std::string Random::token(std::size_t count) {
    return base64url(bytes(count));
}

std::uint64_t SystemRandom::next() {
    // Asked for in bulk: one by one they cost a webhook more than its signature. What was given is wiped, so
    // that memory holds no token that is out already.
    thread_local Pool pool;
    if (pool.next == pool.words.size()) {
        // Without chance there are no tokens: better no process than guessable ones.
        if (RAND_bytes(reinterpret_cast<unsigned char*>(pool.words.data()), sizeof pool.words) != 1)
            std::abort();
        pool.next = 0;
    }
    return std::exchange(pool.words[pool.next++], 0);
}

std::uint64_t SeededRandom::next() {
    // SplitMix64 (Steele, Lea, Flood 2014).
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

}  // namespace guichet
