#include "services/gateway/passwords.hpp"

#include <argon2.h>

#include "common/core/bytes.hpp"

namespace guichet::gateway {

HashCost hash_cost(const config::GatewaySettings& settings) {
    return {static_cast<std::uint32_t>(settings.argon2_memory.count / 1024),
            static_cast<std::uint32_t>(settings.argon2_time),
            static_cast<std::uint32_t>(settings.argon2_parallelism)};
}

Status check_new_password(const std::string& password) {
    // The reasons have words on the sign-in page (sign_in_words.cpp).
    const auto wrong = [](std::string words, std::string reason) {
        auto status = invalid("password", std::move(words));
        status.reason = std::move(reason);
        return status;
    };
    if (!valid_utf8(password))
        return wrong("the password is not readable text: type it again", "password_unreadable");
    if (password.size() < kMinPassword) {
        return wrong("choose a password of at least " + std::to_string(kMinPassword) + " characters",
                     "password_short");
    }
    if (password.size() > kMaxPassword) return wrong("choose a shorter password", "password_long");
    return {};
}

Result<std::string> hash_password(const HashCost& cost, const std::string& salt,
                                  const std::string& password) {
    constexpr std::size_t kHashBytes = 32;
    const auto size = argon2_encodedlen(cost.time, cost.memory_kib, cost.parallelism,
                                        static_cast<std::uint32_t>(salt.size()), kHashBytes, Argon2_id);
    std::string encoded(size, '\0');
    const int failed =
        argon2id_hash_encoded(cost.time, cost.memory_kib, cost.parallelism, password.data(), password.size(),
                              salt.data(), salt.size(), kHashBytes, encoded.data(), encoded.size());
    if (failed != ARGON2_OK) return internal(std::string("hashing failed: ") + argon2_error_message(failed));
    encoded.resize(encoded.find('\0'));
    return encoded;
}

bool password_matches(const std::string& encoded, const std::string& password) {
    if (password.size() > kMaxPassword) return false;
    return argon2id_verify(encoded.c_str(), password.data(), password.size()) == ARGON2_OK;
}

bool is_outdated(const std::string& encoded, const HashCost& cost) {
    const auto wanted = "$argon2id$v=" + std::to_string(ARGON2_VERSION_13) +
                        "$m=" + std::to_string(cost.memory_kib) + ",t=" + std::to_string(cost.time) +
                        ",p=" + std::to_string(cost.parallelism) + "$";
    return !encoded.starts_with(wanted);
}

}  // namespace guichet::gateway
