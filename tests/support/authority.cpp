#include "tests/support/authority.hpp"

#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace guichet::test {
namespace {

struct FreeAny {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(BIO* bio) const { BIO_free(bio); }
};
template <class T>
using Held = std::unique_ptr<T, FreeAny>;

void need(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string("cannot make a certificate: ") + what);
}

std::string text_of(BIO* bio) {
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(bio, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

void extend(X509* certificate, int what, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    auto* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
    need(extension != nullptr, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

// Signed by nobody yet.
Held<X509> blank(const std::string& name, EVP_PKEY* key, long number) {
    constexpr long kHour = 3600;
    Held<X509> certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), number);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kHour);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24 * kHour);
    X509_set_pubkey(certificate.get(), key);
    auto* subject = X509_get_subject_name(certificate.get());
    const auto* bytes = reinterpret_cast<const unsigned char*>(name.c_str());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, bytes, -1, -1, 0);
    return certificate;
}

std::string pem_of(X509* certificate) {
    const Held<BIO> bio(BIO_new(BIO_s_mem()));
    need(PEM_write_bio_X509(bio.get(), certificate) == 1, "its text");
    return text_of(bio.get());
}

Held<EVP_PKEY> new_key() {
    Held<EVP_PKEY> key(EVP_EC_gen("P-256"));
    need(key != nullptr, "a key");
    return key;
}

}  // namespace

struct Authority::Impl {
    Held<EVP_PKEY> key = new_key();
    Held<X509> certificate = blank("an authority", key.get(), 1);
    long issued = 1;
};

Authority::Authority() : impl_(std::make_unique<Impl>()) {
    auto* certificate = impl_->certificate.get();
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
    need(X509_sign(certificate, impl_->key.get(), EVP_sha256()) > 0, "the authority's");
    certificate_ = pem_of(certificate);
}

Authority::~Authority() = default;

Issued Authority::issue(const std::string& name) {
    const auto key = new_key();
    const auto certificate = blank(name, key.get(), ++impl_->issued);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(impl_->certificate.get()));
    extend(certificate.get(), NID_subject_alt_name, "DNS:" + name + ",IP:127.0.0.1");
    need(X509_sign(certificate.get(), impl_->key.get(), EVP_sha256()) > 0, name.c_str());
    const Held<BIO> bio(BIO_new(BIO_s_mem()));
    need(PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1, "a key");
    return {pem_of(certificate.get()), text_of(bio.get())};
}

}  // namespace guichet::test
