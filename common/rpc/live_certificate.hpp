#pragma once
// A server's certificate that may be replaced while it serves. gRPC reads files again and again; these lie in
// memory, and only what was looked at gets there.
#include <string>

#include "common/core/status.hpp"

namespace guichet::rpc {

// PEM texts.
struct CertificateTexts {
    std::string certificate, key;
    // Of clients that must prove themselves; empty: of none.
    std::string authorities;
};

// INVALID_ARGUMENT when one is no PEM, or the key is another certificate's.
Result<void> check_certificate(const CertificateTexts& texts);

class LiveCertificate {
  public:
    LiveCertificate() = default;
    ~LiveCertificate();
    LiveCertificate(const LiveCertificate&) = delete;
    LiveCertificate& operator=(const LiveCertificate&) = delete;

    // From now on the files hold these. What was there stays when they are refused.
    Result<void> put(const CertificateTexts& texts);

    // Where gRPC finds them.
    std::string certificate_path() const { return path(certificate_); }
    std::string key_path() const { return path(key_); }
    std::string authorities_path() const { return path(authorities_); }

  private:
    static std::string path(int file) { return "/proc/self/fd/" + std::to_string(file); }
    Result<void> replace(int& file, const std::string& text);

    int certificate_ = -1;
    int key_ = -1;
    int authorities_ = -1;
    // Becomes the files' time: gRPC takes two files for one pair when neither's time moved while it read
    // them.
    long version_ = 0;
};

}  // namespace guichet::rpc
