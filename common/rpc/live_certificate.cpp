#include "common/rpc/live_certificate.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace guichet::rpc {
namespace {

struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Owned<BIO> reader(const std::string& text) {
    return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Owned<X509> first_certificate(const std::string& text) {
    const auto bio = reader(text);
    return Owned<X509>(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

// Refuses keys under a password: nobody could be asked for it.
int no_password(char*, int, int, void*) {
    return -1;
}

Status failed(const char* what) {
    return unavailable(std::string("cannot keep the certificate in memory: ") + what + ": " +
                       std::strerror(errno));
}

bool write_all(int file, const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto n = ::write(file, text.data() + at, text.size() - at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += static_cast<std::size_t>(n);
    }
    return true;
}

}  // namespace

Result<void> check_certificate(const CertificateTexts& texts) {
    const auto certificate = first_certificate(texts.certificate);
    const auto bio = reader(texts.key);
    const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
    const bool fits = certificate && key && X509_check_private_key(certificate.get(), key.get()) == 1;
    const bool asks = texts.authorities.empty() || first_certificate(texts.authorities);
    ERR_clear_error();
    if (!certificate) return invalid("tls", "there is no certificate in the TLS certificate's file");
    if (!key) return invalid("tls", "there is no key without a password in the TLS key's file");
    if (!fits) return invalid("tls", "the TLS key is not that of the certificate");
    if (!asks) return invalid("tls", "there is no certificate in the file of the clients' authorities");
    return {};
}

LiveCertificate::~LiveCertificate() {
    for (const int file : {certificate_, key_, authorities_}) {
        if (file >= 0) ::close(file);
    }
}

Result<void> LiveCertificate::put(const CertificateTexts& texts) {
    auto good = check_certificate(texts);
    if (!good) return good;
    ++version_;
    for (auto [file, text] : {std::pair{&key_, &texts.key}, std::pair{&certificate_, &texts.certificate},
                              std::pair{&authorities_, &texts.authorities}}) {
        if (text->empty()) continue;
        auto done = replace(*file, *text);
        if (!done) return done;
    }
    return {};
}

// Whoever opens the path gets the old file or the new one, never half of one.
Result<void> LiveCertificate::replace(int& file, const std::string& text) {
    const int fresh = ::memfd_create("guichet-tls", MFD_CLOEXEC);
    if (fresh < 0) return failed("memfd_create");
    const struct timespec times[] = {{version_, 0}, {version_, 0}};
    if (!write_all(fresh, text) || ::futimens(fresh, times) != 0) {
        const auto status = failed("write");
        ::close(fresh);
        return status;
    }
    if (file < 0) {
        file = fresh;
        return {};
    }
    const int moved = ::dup3(fresh, file, O_CLOEXEC);
    const auto status = failed("dup3");
    ::close(fresh);
    if (moved < 0) return status;
    return {};
}

}  // namespace guichet::rpc
