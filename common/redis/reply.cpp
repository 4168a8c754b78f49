#include "common/redis/reply.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace guichet::redis {
namespace {

const std::string kNoText;
const std::vector<Reply> kNoItems;
const Reply kNil;

constexpr std::string_view kPassing[] = {"OOM",        "MISCONF",    "LOADING",     "READONLY",
                                         "MASTERDOWN", "NOREPLICAS", "CLUSTERDOWN", "TRYAGAIN",
                                         "BUSY",       "ASK",        "UNBLOCKED"};

void append_debug(const Reply& reply, std::size_t limit, std::string& out) {
    if (out.size() > limit) return;
    switch (reply.type()) {
        case Reply::Type::nil:
            out += "nil";
            break;
        case Reply::Type::integer:
            out += std::to_string(reply.to_integer());
            break;
        case Reply::Type::string:
            out += '"' + reply.text() + '"';
            break;
        case Reply::Type::status:
            out += '+' + reply.text();
            break;
        case Reply::Type::error:
            out += '-' + reply.text();
            break;
        case Reply::Type::array:
            out += '[';
            for (std::size_t i = 0; i < reply.size(); ++i) {
                if (i > 0) out += ", ";
                append_debug(reply[i], limit, out);
            }
            out += ']';
            break;
    }
}

}  // namespace

const std::string& Reply::text() const {
    auto text = std::get_if<std::string>(&value_);
    return text ? *text : kNoText;
}

std::string Reply::take_text() {
    auto text = std::get_if<std::string>(&value_);
    return text ? std::move(*text) : std::string();
}

std::int64_t Reply::to_integer(std::int64_t otherwise) const {
    if (auto value = std::get_if<std::int64_t>(&value_)) return *value;
    auto text = std::get_if<std::string>(&value_);
    if (!text) return otherwise;
    std::int64_t value = 0;
    auto end = text->data() + text->size();
    auto [at, error] = std::from_chars(text->data(), end, value);
    return error == std::errc() && at == end && !text->empty() ? value : otherwise;
}

const std::vector<Reply>& Reply::items() const {
    auto items = std::get_if<std::vector<Reply>>(&value_);
    return items ? *items : kNoItems;
}

std::vector<Reply>& Reply::items() {
    auto items = std::get_if<std::vector<Reply>>(&value_);
    if (items) return *items;
    static thread_local std::vector<Reply> none;
    none.clear();
    return none;
}

const Reply& Reply::at(std::size_t index) const {
    const auto& all = items();
    return index < all.size() ? all[index] : kNil;
}

Status to_status(const Reply& error) {
    const std::string& text = error.text();
    std::string word = text.substr(0, text.find(' '));
    if (std::find(std::begin(kPassing), std::end(kPassing), word) != std::end(kPassing)) {
        Status status = unavailable("Redis: " + text);
        status.reason = word;
        for (char& c : status.reason) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        return status;
    }
    if (text == "ERR Function not found") {
        return make_status(Code::internal, "Redis: the function library is not loaded", "function_not_found");
    }
    for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return make_status(Code::internal, "Redis: " + text, std::move(word));
}

std::string to_debug_text(const Reply& reply, std::size_t limit) {
    std::string out;
    append_debug(reply, limit, out);
    if (out.size() > limit) out.resize(limit);
    return out;
}

}  // namespace guichet::redis
