#include "services/gateway/admin/checks.hpp"

#include "common/core/bytes.hpp"
#include "common/core/ids.hpp"

namespace guichet::gateway {
namespace {

bool has_control(const std::string& text) {
    return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

Status check_id(const std::string& field, const std::string& id) {
    if (valid_id(id)) return {};
    return invalid(field, field + " must be 1 to 128 letters, digits and . _ : @ + -");
}

Status check_name(const std::string& field, const std::string& name, std::size_t most) {
    if (name.empty()) return invalid(field, field + " must not be empty");
    if (name.size() > most)
        return invalid(field, field + " is longer than " + std::to_string(most) + " bytes");
    if (has_control(name)) return invalid(field, field + " must be one line of text");
    return {};
}

Status check_language(const std::string& field, const std::string& language) {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    if (language.empty() || (language.size() == 2 && lower(language[0]) && lower(language[1]))) return {};
    return invalid(field, field + " must be an ISO 639-1 code such as fr");
}

Status check_email(const std::string& field, const std::string& email) {
    if (email.empty()) return {};
    const auto at = email.find('@');
    const bool fine = email.size() <= 254 && at != std::string::npos && at > 0 && at + 1 < email.size() &&
                      email.find('@', at + 1) == std::string::npos && !has_control(email) &&
                      email.find_first_of(" <>,;\"") == std::string::npos;
    return fine ? Status{} : invalid(field, field + " must be an address such as claire@brand.example");
}

std::string id_from_request(const rpc::CallContext& context, const char* prefix) {
    const auto from = context.caller.workspace.str() + "|" + context.caller.actor + "|" + context.request_id;
    return prefix + hex(sha256(from)).substr(0, 20);
}

Result<std::size_t> page_size(int asked) {
    constexpr int kDefault = 50;
    constexpr int kMost = 200;
    if (asked < 0) return invalid("page_size", "page_size must not be negative");
    return static_cast<std::size_t>(asked == 0 ? kDefault : std::min(asked, kMost));
}

}  // namespace guichet::gateway
