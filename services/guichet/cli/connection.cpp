#include "services/guichet/cli/connection.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <tuple>
#include <vector>

#include "common/config/config.hpp"
#include "common/core/random.hpp"
#include "common/rpc/grpc_identity.hpp"
#include "services/guichet/certificate_watch.hpp"
#include "services/guichet/cli/commands.hpp"
#include "services/guichet/cli/local_data.hpp"

namespace guichet::cli {
namespace {

std::string first_line(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

std::string value_of(const config::Environment& environment, const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
}

// The first directory with a running server's address in it.
std::filesystem::path data_directory(const Where& where, const config::Environment& environment) {
    std::vector<std::filesystem::path> places;
    if (!where.data.empty()) {
        places.emplace_back(where.data);
    } else if (const auto named = value_of(environment, "GUICHET_DATA"); !named.empty()) {
        places.emplace_back(named);
    } else {
        places = {"data", "guichet-data", "/var/lib/guichet"};
    }
    for (const auto& place : places) {
        if (std::filesystem::exists(place / "server.address")) return place;
    }
    return places.front();
}

// What is said of TLS by options, else by the environment. Nothing: plain text.
Result<rpc::ClientIdentity> secure(const Where& where, const config::Environment& environment,
                                   rpc::ChannelOptions& options) {
    rpc::CertificateTexts texts;
    for (const auto& [option, name, text] :
         {std::tuple{&where.tls_ca, "GUICHET_TLS_CA", &texts.authorities},
          std::tuple{&where.tls_cert, "GUICHET_TLS_CERT", &texts.certificate},
          std::tuple{&where.tls_key, "GUICHET_TLS_KEY", &texts.key}}) {
        const auto path = option->empty() ? value_of(environment, name) : *option;
        if (path.empty()) continue;
        auto content = read_file(path);
        if (!content) return content.error();
        *text = std::move(*content);
    }
    if (texts.certificate.empty() != texts.key.empty()) {
        return invalid("tls",
                       "a certificate needs its key, and a key its certificate: --tls-cert and --tls-key");
    }
    if (!texts.certificate.empty()) {
        auto good = rpc::check_certificate(texts);
        if (!good) return good.error();
    }
    options.tls = !texts.authorities.empty() || !texts.certificate.empty();
    options.tls_authorities = std::move(texts.authorities);
    options.tls_name = where.tls_name.empty() ? value_of(environment, "GUICHET_TLS_NAME") : where.tls_name;
    return rpc::ClientIdentity{std::move(texts.certificate), std::move(texts.key)};
}

}  // namespace

std::filesystem::path local_data(const Where& where) {
    return data_directory(where, config::read_environment());
}

Result<Connection> Connection::open(const Where& where) {
    const auto environment = config::read_environment();
    const auto data = data_directory(where, environment);
    Connection connection;
    connection.address_ = where.server;
    if (connection.address_.empty()) connection.address_ = value_of(environment, "GUICHET_SERVER");
    const bool local = connection.address_.empty();
    if (local) connection.address_ = first_line(data / "server.address");
    if (connection.address_.empty()) {
        return unavailable(
            "no server found: start one (tools/run), or say --server host:port, or --data DIR");
    }
    auto token = value_of(environment, "GUICHET_TOKEN");
    if (token.empty() && local) token = first_line(data / "cli.token");
    if (token.empty()) {
        return make_status(
            Code::unauthenticated,
            "no credential: set GUICHET_TOKEN, or run beside the server as the user who started it",
            "no_credential");
    }
    rpc::ChannelOptions options;
    options.address = connection.address_;
    auto identity = secure(where, environment, options);
    if (!identity) return identity.error();
    connection.client_ = std::make_unique<rpc::SyncClient>(options, token, *identity);
    return connection;
}

std::string Connection::request_id() {
    SystemRandom random;
    return "r-" + random.token(12);
}

int fail(const Status& status) {
    std::cerr << "guichet: " << status.message;
    if (status.present && !status.present->owner.empty()) {
        std::cerr << " (owner " << status.present->owner << ", " << status.present->state << ", version "
                  << status.present->version << ")";
    }
    std::cerr << "\n";
    switch (status.code) {
        case Code::unavailable:
        case Code::deadline_exceeded:
            return kUnreachable;
        case Code::unauthenticated:
        case Code::permission_denied:
            return kDenied;
        case Code::invalid_argument:
            return kUsage;
        default:
            return kRefused;
    }
}

}  // namespace guichet::cli
