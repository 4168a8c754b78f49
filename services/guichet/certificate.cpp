#include "services/guichet/certificate.hpp"

#include <ctime>
#include <memory>

#include <openssl/pem.h>
#include <openssl/x509.h>

namespace guichet {
namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};

}  // namespace

Result<TimeMs> certificate_end(const std::filesystem::path& pem) {
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(pem.c_str(), "re"));
    if (!file) return not_found("the certificate cannot be read: " + pem.string());
    const std::unique_ptr<X509, FreeCertificate> certificate(
        PEM_read_X509(file.get(), nullptr, nullptr, nullptr));
    if (!certificate) return not_found("there is no certificate in " + pem.string());
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1)
        return not_found("the certificate does not say when it ends: " + pem.string());
    return static_cast<TimeMs>(::timegm(&end)) * 1000;
}

}  // namespace guichet
