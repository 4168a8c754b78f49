#include "services/guichet/backup/manifest.hpp"

#include <cstdio>

#include <boost/json.hpp>

#include "common/core/bytes.hpp"
#include "services/guichet/backup/files.hpp"

namespace guichet::backup {
namespace {

constexpr std::size_t kMostBytes = 64 << 10;
constexpr char kProduct[] = "guichet backup";

std::int64_t number(const boost::json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

std::string text_of(const boost::json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

bool flag(const boost::json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_bool() && value->as_bool();
}

Manifest read_fields(const boost::json::object& object) {
    Manifest manifest;
    manifest.format = static_cast<int>(number(object, "format"));
    manifest.schema = static_cast<int>(number(object, "schema"));
    manifest.partitions = static_cast<int>(number(object, "partitions"));
    manifest.begun_at = number(object, "begun_at_ms");
    manifest.ended_at = number(object, "ended_at_ms");
    manifest.state_bytes = number(object, "state_bytes");
    manifest.archive_bytes = number(object, "archive_bytes");
    manifest.state_digest = text_of(object, "state_sha256");
    manifest.archive_digest = text_of(object, "archive_sha256");
    manifest.files = number(object, "files");
    manifest.file_bytes = number(object, "file_bytes");
    manifest.key_fingerprint = text_of(object, "key_fingerprint");
    manifest.key_included = flag(object, "key_included");
    return manifest;
}

}  // namespace

std::string to_json(const Manifest& manifest) {
    boost::json::object object;
    object["product"] = kProduct;
    object["format"] = manifest.format;
    object["schema"] = manifest.schema;
    object["partitions"] = manifest.partitions;
    object["begun_at"] = to_iso8601(manifest.begun_at);
    object["begun_at_ms"] = manifest.begun_at;
    object["ended_at_ms"] = manifest.ended_at;
    object["state_bytes"] = manifest.state_bytes;
    object["archive_bytes"] = manifest.archive_bytes;
    object["state_sha256"] = manifest.state_digest;
    object["archive_sha256"] = manifest.archive_digest;
    object["files"] = manifest.files;
    object["file_bytes"] = manifest.file_bytes;
    object["key_fingerprint"] = manifest.key_fingerprint;
    object["key_included"] = manifest.key_included;
    return boost::json::serialize(object) + "\n";
}

Result<Manifest> parse_manifest(const std::string& text, int newest_schema) {
    boost::json::error_code error;
    const auto value = boost::json::parse(text, error);
    if (error || !value.is_object() || text_of(value.as_object(), "product") != kProduct)
        return invalid("", std::string(kManifest) + " is not that of a Guichet backup");
    const auto manifest = read_fields(value.as_object());
    if (manifest.format > kFormat || manifest.schema > newest_schema) {
        return make_status(Code::failed_precondition,
                           "the backup was made by a newer Guichet: restore it with that one",
                           "newer_schema");
    }
    const bool proven =
        !manifest.state_digest.empty() && manifest.archive_digest.empty() == (manifest.archive_bytes == 0);
    if (manifest.format < 1 || manifest.schema < 1 || manifest.partitions < 1 || manifest.begun_at <= 0 ||
        !proven)
        return invalid("", std::string(kManifest) + " lacks what a restore must know");
    return manifest;
}

Result<Manifest> read_manifest(const std::filesystem::path& backup, int newest_schema) {
    auto text = read_whole(backup / kManifest, kMostBytes);
    if (!text) {
        return invalid(
            "", backup.string() + " is no backup, or one that was not finished: " + text.error().message);
    }
    return parse_manifest(*text, newest_schema);
}

std::string fingerprint(const std::string& key) {
    return hex(hmac_sha256(key, "guichet backup")).substr(0, 16);
}

}  // namespace guichet::backup
