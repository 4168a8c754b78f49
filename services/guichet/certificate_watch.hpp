#pragma once
// Hands a certificate whose files have changed to those who show it: the gRPC server, and the connections to
// other processes. (The HTTP server looks at its own.)
#include <filesystem>
#include <functional>
#include <memory>

#include "common/config/settings.hpp"
#include "common/rpc/live_certificate.hpp"
#include "common/runtime/timer.hpp"

namespace guichet {

// The file's bytes; INVALID_ARGUMENT when it cannot be read.
Result<std::string> read_file(const std::filesystem::path& path);
// What gRPC serves with; empty texts where nothing is configured.
Result<rpc::CertificateTexts> read_certificate(const config::GrpcSettings& settings);

class CertificateWatch {
  public:
    using Renew = std::function<Result<void>(const rpc::CertificateTexts&)>;
    CertificateWatch(const boost::asio::any_io_executor& executor, const config::GrpcSettings& settings,
                     Renew renew, rpc::CertificateTexts shown);
    boost::asio::awaitable<void> stop();

  private:
    void look();

    const config::GrpcSettings& settings_;
    Renew renew_;
    // Shown or refused already; and at the last look. Certificate and key are written one after the other:
    // they are taken once both have rested for a look.
    rpc::CertificateTexts taken_, seen_;
    std::unique_ptr<runtime::Periodic> looking_;
};

}  // namespace guichet
