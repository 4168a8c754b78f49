#include "common/config/schema_sections.hpp"

namespace guichet::config {
namespace {

// Both or neither.
template <class S>
void tls_pair(Schema& schema, const std::string& section, S Settings::*member) {
    schema.rule({section + ".tls_cert", section + ".tls_key"},
                [member](const Settings& all) -> std::optional<std::string> {
                    const auto& own = all.*member;
                    if (own.tls_cert.empty() == own.tls_key.empty()) return std::nullopt;
                    return "a certificate needs its key, and a key its certificate";
                });
}

}  // namespace

void declare_server(Schema& schema) {
    schema.section("server", "The process as a whole.", &Settings::server)
        .add("data", &ServerSettings::data,
             "The directory that holds everything Guichet keeps: the embedded Redis, the archive, files. It "
             "is made "
             "when missing and locked while Guichet runs.",
             {}, "\"/var/lib/guichet\"")
        .add("targets", &ServerSettings::targets, "The services that this process runs.",
             some_of({"ingest", "routing", "reply", "escalation", "inbox", "gateway"}, "all"),
             "[\"ingest\", \"gateway\"]")
        .add("public_url", &ServerSettings::public_url,
             "The origin under which customers and platforms reach this server; links and some webhook "
             "signatures "
             "are made from it. Empty: the HTTP address.",
             origin_or_empty(), "\"https://desk.example.com\"")
        .add("trusted_proxies", &ServerSettings::trusted_proxies,
             "The reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.", networks(),
             "[\"10.0.0.0/8\"]")
        .add("secrets_key", &ServerSettings::secrets_key,
             "Seals the secrets of channels in Redis; the same for every process. Empty: the file "
             "secrets.key of the "
             "data directory, made at the first start.",
             {}, "{ env = \"GUICHET_SECRETS_KEY\" }")
        .add("shutdown_deadline", &ServerSettings::shutdown_deadline,
             "How long an orderly stop may take in all; what is unfinished then is cut off.",
             lasting(seconds(1), minutes(10)));
}

void declare_http(Schema& schema) {
    schema
        .section("http", "The listener for webhooks, forms, private pages, the API and the console.",
                 &Settings::http)
        .add("address", &HttpSettings::address, "Where to listen. Port 0 lets the system choose.", address(),
             "\"0.0.0.0:8080\"")
        .add("tls_cert", &HttpSettings::tls_cert, "The certificate chain (PEM). Empty: plain HTTP.")
        .add("tls_key", &HttpSettings::tls_key, "The private key of the certificate (PEM).")
        .add("header_limit", &HttpSettings::header_limit, "The most bytes of a request's header.",
             between(kib(1), mib(1)))
        .add("body_limit", &HttpSettings::body_limit,
             "The most bytes of a request's body, forms with attachments excepted (forms.total_limit).",
             between(kib(1), mib(256)))
        .add("header_timeout", &HttpSettings::header_timeout,
             "How long a request's header may take to arrive.", lasting(milliseconds(100), minutes(5)))
        .add("body_timeout", &HttpSettings::body_timeout, "How long a request's body may take to arrive.",
             lasting(milliseconds(100), minutes(30)))
        .add("handler_timeout", &HttpSettings::handler_timeout,
             "How long the answer to a request may take to make.", lasting(milliseconds(100), minutes(10)))
        .add("write_timeout", &HttpSettings::write_timeout, "How long a peer may take to accept an answer.",
             lasting(milliseconds(100), minutes(30)))
        .add("idle_timeout", &HttpSettings::idle_timeout,
             "How long a connection may stay open without a request.", lasting(milliseconds(100), hours(1)))
        .add("max_connections", &HttpSettings::max_connections,
             "Connections open at once; further ones wait to be accepted.", between(1, 1'000'000))
        .add("frame_ancestors", &HttpSettings::frame_ancestors,
             "The sites that may embed the web forms in a frame. Empty: none.", frame_sources(),
             "[\"https://www.example.com\"]");
    tls_pair(schema, "http", &Settings::http);

    schema.section("metrics", "The listener for Prometheus: GET /metrics.", &Settings::metrics)
        .add("enabled", &MetricsSettings::enabled, "Whether to listen at all.")
        .add("address", &MetricsSettings::address,
             "Where to listen. It has no access control: keep it off public networks.", address());
}

void declare_grpc(Schema& schema) {
    schema
        .section("grpc", "The gRPC listener, and where the services of other processes are.", &Settings::grpc)
        .add("address", &GrpcSettings::address, "Where to listen. Port 0 lets the system choose.", address(),
             "\"0.0.0.0:8081\"")
        .add("tls_cert", &GrpcSettings::tls_cert, "The certificate chain (PEM). Empty: plain text.")
        .add("tls_key", &GrpcSettings::tls_key, "The private key of the certificate (PEM).")
        .add("tls_ca", &GrpcSettings::tls_ca,
             "The authorities (PEM) that other processes' services are checked against; with tls_cert, "
             "whoever "
             "calls must show a certificate of theirs too. Empty: services are called in plain text.")
        .add("max_message", &GrpcSettings::max_message, "The most bytes of one message, in or out.",
             between(kib(64), mib(64)))
        .add("call_deadline", &GrpcSettings::call_deadline,
             "The deadline of a call to another process's service, where the caller set none.",
             lasting(milliseconds(100), minutes(10)))
        .add("max_streams", &GrpcSettings::max_streams, "Calls in flight on one connection.",
             between(1, 100'000));
    tls_pair(schema, "grpc", &Settings::grpc);

    const std::string where = "Its address. Empty: it runs in this process.";
    schema
        .section("grpc.services", "Where this process finds the services that it does not run itself.",
                 &Settings::grpc, &GrpcSettings::services)
        .add("ingest", &GrpcServices::ingest, where, address_or_empty(), "\"ingest.internal:8081\"")
        .add("routing", &GrpcServices::routing, where, address_or_empty())
        .add("reply", &GrpcServices::reply, where, address_or_empty())
        .add("escalation", &GrpcServices::escalation, where, address_or_empty())
        .add("inbox", &GrpcServices::inbox, where, address_or_empty());
}

void declare_log(Schema& schema) {
    schema.section("log", "What Guichet writes about itself.", &Settings::log)
        .add("level", &LogSettings::level,
             "The least important lines that are written. At debug and trace, lines may hold customers' "
             "words.")
        .add("format", &LogSettings::format, "JSON for machines, text for people.")
        .add("file", &LogSettings::file, "Empty: standard error.", {}, "\"/var/log/guichet/guichet.log\"")
        .add("file_limit", &LogSettings::file_limit,
             "The size at which the file is set aside and a new one begun.", between(kib(64), gib(4)))
        .add("files", &LogSettings::files, "How many files set aside are kept.", between(0, 100));
}

}  // namespace guichet::config
