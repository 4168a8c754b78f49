#include "services/guichet/backup/manifest.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include <boost/json.hpp>

#include "common/core/bytes.hpp"
#include "common/redis/slots.hpp"
#include "services/guichet/backup/files.hpp"

namespace guichet::backup {
namespace {

constexpr std::size_t kMostBytes = 1 << 20;
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

// Nothing of what does not look like it.
std::vector<MasterState> masters_in(const boost::json::object& object) {
    std::vector<MasterState> masters;
    const auto* list = object.if_contains("masters");
    if (list == nullptr || !list->is_array()) return masters;
    for (const auto& one : list->as_array()) {
        if (!one.is_object()) return {};
        const auto& master = one.as_object();
        masters.push_back({number(master, "bytes"), text_of(master, "sha256"), text_of(master, "slots")});
    }
    return masters;
}

boost::json::array to_array(const std::vector<MasterState>& masters) {
    boost::json::array list;
    for (const auto& master : masters) {
        boost::json::object one;
        one["bytes"] = master.bytes;
        one["sha256"] = master.digest;
        one["slots"] = master.slots;
        list.push_back(std::move(one));
    }
    return list;
}

bool is_proven(const Manifest& manifest) {
    if (manifest.archive_digest.empty() != (manifest.archive_bytes == 0)) return false;
    if (manifest.format == kOneState) return !manifest.state_digest.empty() && manifest.masters.empty();
    return !manifest.masters.empty() &&
           std::none_of(manifest.masters.begin(), manifest.masters.end(),
                        [](const MasterState& master) { return master.digest.empty(); });
}

// Adds the slots of "0-5460,9000" to how often each was seen; false where it is no such list.
bool count_slots(const std::string& text, std::vector<int>& seen) {
    const char* at = text.data();
    const char* end = at + text.size();
    while (at != end) {
        std::size_t first = 0;
        auto read = std::from_chars(at, end, first);
        std::size_t last = first;
        if (read.ec == std::errc() && read.ptr != end && *read.ptr == '-')
            read = std::from_chars(read.ptr + 1, end, last);
        if (read.ec != std::errc() || last < first || last >= seen.size()) return false;
        for (std::size_t slot = first; slot <= last; ++slot) ++seen[slot];
        if (read.ptr != end && (*read.ptr != ',' || read.ptr + 1 == end)) return false;
        at = read.ptr == end ? end : read.ptr + 1;
    }
    return true;
}

// Together the masters held every slot, each of them once: else something of the state is not there.
Result<void> check_slots(const std::vector<MasterState>& masters) {
    std::vector<int> seen(redis::kSlots, 0);
    for (const auto& master : masters) {
        if (!count_slots(master.slots, seen))
            return invalid("", std::string(kManifest) + " lacks what a restore must know");
    }
    const auto odd = std::find_if(seen.begin(), seen.end(), [](int times) { return times != 1; });
    if (masters.empty() || odd == seen.end()) return {};
    return make_status(Code::data_loss,
                       "the backup is not whole: slot " + std::to_string(odd - seen.begin()) +
                           " is in the state of " + std::to_string(*odd) + " masters",
                       "slots_missing");
}

Manifest read_fields(const boost::json::object& object) {
    Manifest manifest;
    manifest.format = static_cast<int>(number(object, "format"));
    manifest.schema = static_cast<int>(number(object, "schema"));
    manifest.partitions = static_cast<int>(number(object, "partitions"));
    manifest.begun_at = number(object, "begun_at_ms");
    manifest.ended_at = number(object, "ended_at_ms");
    manifest.state_bytes = number(object, "state_bytes");
    manifest.masters = masters_in(object);
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

std::string state_file(std::size_t master) {
    return "redis-" + std::to_string(master) + ".rdb";
}

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
    if (!manifest.masters.empty()) object["masters"] = to_array(manifest.masters);
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
    if (manifest.format < 1 || manifest.schema < 1 || manifest.partitions < 1 || manifest.begun_at <= 0 ||
        !is_proven(manifest))
        return invalid("", std::string(kManifest) + " lacks what a restore must know");
    auto whole = check_slots(manifest.masters);
    if (!whole) return whole.error();
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
