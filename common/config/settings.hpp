#pragma once
// The effective configuration, typed: settings.http.address. Default values stand here; what each property
// means, and its bounds, in the schema (schema_*.cpp) and in reference.md. A default-constructed Settings is
// valid.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/config/types.hpp"

namespace guichet::config {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct ServerSettings {
    std::filesystem::path data = "guichet-data";
    std::vector<std::string> targets = {"all"};
    std::string public_url;
    std::vector<std::string> trusted_proxies;
    Secret secrets_key;
    milliseconds shutdown_deadline = seconds(30);
};

struct HttpSettings {
    std::string address = "127.0.0.1:8080";
    std::filesystem::path tls_cert;
    std::filesystem::path tls_key;
    Bytes header_limit = kib(16);
    Bytes body_limit = mib(1);
    milliseconds header_timeout = seconds(10);
    milliseconds body_timeout = seconds(30);
    milliseconds handler_timeout = seconds(30);
    milliseconds write_timeout = seconds(30);
    milliseconds idle_timeout = seconds(60);
    std::int64_t max_connections = 4096;
    std::vector<std::string> frame_ancestors;
};

struct MetricsSettings {
    bool enabled = true;
    std::string address = "127.0.0.1:9464";
};

// Empty: the service runs in this process.
struct GrpcServices {
    std::string ingest;
    std::string routing;
    std::string reply;
    std::string escalation;
    std::string inbox;
};

struct GrpcSettings {
    std::string address = "127.0.0.1:8081";
    std::filesystem::path tls_cert;
    std::filesystem::path tls_key;
    std::filesystem::path tls_ca;
    Bytes max_message = mib(4);
    milliseconds call_deadline = seconds(10);
    std::int64_t max_streams = 1000;
    GrpcServices services;
};

struct RedisSettings {
    std::string url;
    std::string user;
    Secret password;
    std::filesystem::path tls_ca;
    std::string binary = "redis-server";
    Bytes maxmemory = gib(1);
    Fsync appendfsync = Fsync::always;
    std::int64_t partitions = 16;
    double high_water = 0.85;
    std::int64_t outstanding = 1024;
    milliseconds connect_timeout = seconds(5);
    milliseconds call_timeout = seconds(5);
};

struct PollSettings {
    std::int64_t channels = 500;
    std::int64_t starts = 50;
    milliseconds question = minutes(25);
    milliseconds first_question = seconds(10);
    milliseconds grace = seconds(60);
    std::int64_t pages = 20;
    milliseconds pause = milliseconds(250);
    milliseconds longest_wait = hours(1);
    milliseconds backoff = seconds(1);
    milliseconds backoff_max = minutes(5);
    milliseconds sweep = seconds(60);
};

struct IngestSettings {
    Bytes raw_limit = kib(64);
    Bytes text_limit = kib(16);
    std::int64_t webhook_batch = 1000;
    std::int64_t in_flight = 1024;
    std::int64_t unknown_letters = 500;
    Bytes unknown_bytes = mib(16);
    PollSettings poll;
};

struct CalendarSettings {
    std::string timezone = "Europe/Brussels";
    std::vector<std::string> monday = {"09:00-17:00"};
    std::vector<std::string> tuesday = {"09:00-17:00"};
    std::vector<std::string> wednesday = {"09:00-17:00"};
    std::vector<std::string> thursday = {"09:00-17:00"};
    std::vector<std::string> friday = {"09:00-17:00"};
    std::vector<std::string> saturday;
    std::vector<std::string> sunday;
    std::vector<std::string> holidays;
};

// Business time until an answer is due.
struct TargetSettings {
    milliseconds urgent = minutes(15);
    milliseconds high = hours(1);
    milliseconds normal = hours(4);
    milliseconds low = hours(16);
};

struct RoutingSettings {
    milliseconds lease = seconds(600);
    milliseconds presence_timeout = seconds(60);
    std::int64_t capacity = 5;
    std::int64_t return_pacing = 20;
    milliseconds reserve = minutes(15);
    std::int64_t queue_scan = 500;
    CalendarSettings calendar;
    TargetSettings first_answer;
    TargetSettings next_answer;
};

struct ReplySettings {
    milliseconds undo = seconds(10);
    milliseconds send_deadline = seconds(30);
    milliseconds retry_base = seconds(5);
    milliseconds retry_max = minutes(15);
    std::int64_t retry_attempts = 10;
    milliseconds unconfirmed_wait = minutes(2);
    std::int64_t in_flight = 32;
};

struct EscalationSettings {
    double score = 2.0;
    std::int64_t least_posts = 2;
    double least_negative = 0.2;
    milliseconds half_life = hours(48);
    milliseconds window = days(14);
    milliseconds cool_off = days(14);
    milliseconds wait_private_reply = hours(48);
    milliseconds wait_direct = hours(48);
    milliseconds wait_mail = hours(72);
    milliseconds wait_link = days(7);
    milliseconds code_lifetime = hours(24);
    std::int64_t code_tries = 5;
    std::int64_t claimants = 10;
    std::int64_t visitors = 50;
    std::int64_t in_flight = 16;
};

struct InboxSettings {
    std::filesystem::path archive;
    milliseconds raw_retention = days(30);
    milliseconds event_retention = days(365);
    std::int64_t watch_buffer = 1000;
    std::int64_t max_watches = 2000;
    std::int64_t page_default = 50;
    std::int64_t page_max = 200;
    double suggest_from = 0.6;
    std::int64_t suggest_most = 5;
};

struct AuditSettings {
    // Zero: for ever.
    milliseconds keep{0};
};

struct GatewaySettings {
    milliseconds session = hours(12);
    milliseconds sign_in_link = minutes(15);
    std::int64_t login_attempts = 10;
    milliseconds login_window = minutes(15);
    std::int64_t api_rate = 50;
    std::int64_t api_burst = 100;
    Bytes argon2_memory = mib(19);
    std::int64_t argon2_time = 2;
    std::int64_t argon2_parallelism = 1;
    std::int64_t hash_threads = 2;
};

struct FormSettings {
    std::int64_t attachments = 5;
    Bytes attachment_limit = mib(5);
    Bytes total_limit = mib(15);
    std::int64_t submits = 20;
    milliseconds submit_window = hours(1);
    bool honeypot = true;
    milliseconds page_lifetime = days(90);
};

struct ChannelSettings {
    bool allow_private = false;
};

struct StreamSettings {
    milliseconds block = seconds(1);
    milliseconds min_idle = seconds(30);
    std::int64_t delivery_limit = 10;
    std::int64_t batch = 64;
    milliseconds partition_lease = seconds(15);
};

struct LogSettings {
    LogLevel level = LogLevel::info;
    LogFormat format = LogFormat::json;
    std::filesystem::path file;
    Bytes file_limit = mib(64);
    std::int64_t files = 5;
};

struct Settings {
    ServerSettings server;
    HttpSettings http;
    MetricsSettings metrics;
    GrpcSettings grpc;
    RedisSettings redis;
    IngestSettings ingest;
    RoutingSettings routing;
    ReplySettings reply;
    EscalationSettings escalation;
    InboxSettings inbox;
    AuditSettings audit;
    GatewaySettings gateway;
    FormSettings forms;
    ChannelSettings channels;
    StreamSettings streams;
    LogSettings log;
};

}  // namespace guichet::config
