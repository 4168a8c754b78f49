#include "services/guichet/certificate_watch.hpp"

#include <fstream>
#include <iterator>
#include <tuple>

#include "common/obs/log.hpp"

namespace guichet {
namespace {

constexpr std::chrono::seconds kLook{1};

bool same(const rpc::CertificateTexts& a, const rpc::CertificateTexts& b) {
    return std::tie(a.certificate, a.key, a.authorities) == std::tie(b.certificate, b.key, b.authorities);
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return invalid("", "cannot read " + path.string());
    return std::string{std::istreambuf_iterator<char>(file), {}};
}

Result<rpc::CertificateTexts> read_certificate(const config::GrpcSettings& settings) {
    rpc::CertificateTexts texts;
    if (settings.tls_cert.empty()) return texts;
    for (const auto& [path, text] :
         {std::pair{&settings.tls_cert, &texts.certificate}, std::pair{&settings.tls_key, &texts.key},
          std::pair{&settings.tls_ca, &texts.authorities}}) {
        if (path->empty()) continue;
        auto content = read_file(*path);
        if (!content) return content.error();
        *text = std::move(*content);
    }
    return texts;
}

CertificateWatch::CertificateWatch(const boost::asio::any_io_executor& executor,
                                   const config::GrpcSettings& settings, Renew renew,
                                   rpc::CertificateTexts shown)
    : settings_(settings), renew_(std::move(renew)), taken_(std::move(shown)), seen_(taken_) {
    looking_ = std::make_unique<runtime::Periodic>(executor, "tls.look", kLook,
                                                   [this]() -> boost::asio::awaitable<void> {
                                                       look();
                                                       co_return;
                                                   });
}

boost::asio::awaitable<void> CertificateWatch::stop() {
    co_await looking_->stop(kLook);
}

void CertificateWatch::look() {
    auto found = read_certificate(settings_);
    // Being replaced: the next look tells.
    if (!found) return;
    const bool rests = same(*found, seen_);
    seen_ = *found;
    if (!rests || same(*found, taken_)) return;
    taken_ = std::move(*found);
    auto renewed = renew_(taken_);
    if (renewed) {
        log::info("tls.renewed", {{"certificate", settings_.tls_cert.string()}});
    } else {
        log::error("tls.not_renewed",
                   {{"certificate", settings_.tls_cert.string()}, {"status", renewed.error()}});
    }
}

}  // namespace guichet
