#include "common/core/seal.hpp"

#include <cstdlib>
#include <memory>

#include <openssl/evp.h>

#include "common/core/bytes.hpp"

namespace guichet {
namespace {

constexpr std::string_view kPrefix = "sealed:1:";
constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

unsigned char* raw(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
int length(std::string_view text) {
    return static_cast<int>(text.size());
}

// Fails only when memory or the library does: then no secret may be written.
void must(int done) {
    if (done != 1) std::abort();
}

Status wrong_key() {
    return make_status(
        Code::failed_precondition,
        "a secret was sealed with another key: give every process the same server.secrets_key (or "
        "the file secrets.key of the data directory), or enter the secret again",
        "sealed_with_other_key");
}

}  // namespace

Sealer::Sealer(std::string_view key_text) : key_(sha256(key_text)) {}

std::string Sealer::seal(std::string_view plain, std::string_view context, Random& random) const {
    std::string nonce = random.bytes(kNonce);
    std::string tag(kTag, '\0');
    std::string hidden(plain.size(), '\0');
    const Cipher cipher(EVP_CIPHER_CTX_new());
    int written = 0;
    must(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, raw(std::string_view(key_)),
                            raw(nonce)));
    must(EVP_EncryptUpdate(cipher.get(), nullptr, &written, raw(context), length(context)));
    must(EVP_EncryptUpdate(cipher.get(), raw(hidden), &written, raw(plain), length(plain)));
    must(EVP_EncryptFinal_ex(cipher.get(), raw(hidden) + written, &written));
    must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTag, tag.data()));
    return std::string(kPrefix) + base64url(nonce + tag + hidden);
}

Result<std::string> Sealer::open(std::string_view sealed, std::string_view context) const {
    if (sealed.substr(0, kPrefix.size()) != kPrefix) return std::string(sealed);
    auto bytes = from_base64(sealed.substr(kPrefix.size()));
    if (!bytes || bytes->size() < kNonce + kTag) return wrong_key();
    std::string tag = bytes->substr(kNonce, kTag);
    const std::string_view hidden = std::string_view(*bytes).substr(kNonce + kTag);
    std::string plain(hidden.size(), '\0');
    const Cipher cipher(EVP_CIPHER_CTX_new());
    int written = 0;
    must(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, raw(std::string_view(key_)),
                            raw(*bytes)));
    must(EVP_DecryptUpdate(cipher.get(), nullptr, &written, raw(context), length(context)));
    must(EVP_DecryptUpdate(cipher.get(), raw(plain), &written, raw(hidden), length(hidden)));
    must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTag, tag.data()));
    if (EVP_DecryptFinal_ex(cipher.get(), raw(plain) + written, &written) != 1) return wrong_key();
    return plain;
}

}  // namespace guichet
