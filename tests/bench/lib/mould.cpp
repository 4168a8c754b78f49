#include "tests/bench/lib/mould.hpp"

#include <algorithm>
#include <stdexcept>

#include "tests/bench/lib/pipe_load.hpp"
#include "tests/support/wait.hpp"

namespace guichet::bench {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> texts(const redis::Reply& reply) {
    std::vector<std::string> found;
    for (const auto& item : reply.items()) found.push_back(item.text());
    return found;
}

void append_command(std::string& out, const std::vector<std::string>& words) {
    out += "*" + std::to_string(words.size()) + "\r\n";
    for (const auto& word : words) out += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
}

std::string ulid() {
    return make_ulid(test::system_clock().now(), test::system_random());
}

}  // namespace

Answer cut_lines(std::string_view unread, std::size_t lines) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < lines; ++i) {
        const auto end = unread.find("\r\n", at);
        if (end == std::string_view::npos) return {};
        if (unread[at] == '-')
            throw std::runtime_error("refused: " + std::string(unread.substr(at, end - at)));
        at = end + 2;
    }
    return {at, false};
}

Mould::Mould(World& world) : world_(world) {
    take_in();
    read_back();
    if (commands_ == 0) throw std::runtime_error("nothing of a conversation was found");
}

void Mould::name(std::string word) {
    names_.push_back({std::move(word), {}});
}

bool Mould::names(const std::string& text) const {
    return std::any_of(names_.begin(), names_.end(),
                       [&](const Name& one) { return text.find(one.word) != std::string::npos; });
}

void Mould::take_in() {
    const auto before = world_.waiting();
    // From a new conversation's first message on.
    while (world_.messages() % static_cast<std::uint64_t>(world_.messages_each) != 0) world_.next_message();
    const auto first = world_.messages();
    PipeLoad load;
    load.connect = [this] { return connect_unix(world_.redis.socket_path()); };
    load.append_request = [this](std::string& out) { world_.append_fcall(out); };
    load.cut_answer = cut_ok_array;
    load.connections = 1;
    load.requests = static_cast<std::size_t>(world_.messages_each);
    drive(load, 30s);
    if (!test::wait_until([&] { return world_.waiting() > before && world_.triaged(); }, 60s)) {
        throw std::runtime_error("a conversation does not come to the queue");
    }
    const auto& redis = world_.redis;
    const auto message = world_.message(first);
    const auto thread = texts(redis.command(redis::Command("KEYS", "*:" + message.thread())));
    if (thread.size() != 1) throw std::runtime_error("its thread is not found");
    const auto conversation = redis.command(redis::Command("GET", thread.front())).text();
    const auto record = texts(redis.command(redis::Command("KEYS", "*:c:" + conversation)));
    if (record.size() != 1) throw std::runtime_error("the conversation is not found");
    const auto known = redis.command(redis::Command("HMGET", record.front(), "ct", "due"));
    due_ = known[1].to_integer();
    name(conversation);
    name(known[0].text());
    name(std::to_string(due_));
    for (auto number = first; number < world_.messages(); ++number)
        name(world_.message(number).external_id());
    name(message.thread());
    name(message.author().external_id());
}

// The command that writes what of a key is the conversation's; nothing when nothing is.
std::vector<std::string> Mould::words_of(const test::RedisServer& redis, const std::string& key) const {
    const auto type = redis.command(redis::Command("TYPE", key)).text();
    const bool own = names(key);
    std::vector<std::string> words;
    if (type == "zset") {
        const auto members = texts(redis.command(redis::Command("ZRANGE", key, "0", "-1", "WITHSCORES")));
        for (std::size_t i = 0; i + 1 < members.size(); i += 2) {
            if (own || names(members[i])) words.insert(words.end(), {members[i + 1], members[i]});
        }
        if (!words.empty()) words.insert(words.begin(), {"ZADD", key});
        return words;
    }
    if (!own) return words;
    if (type == "string") return {"SET", key, redis.command(redis::Command("GET", key)).text()};
    if (type == "hash") {
        words = texts(redis.command(redis::Command("HGETALL", key)));
        words.insert(words.begin(), {"HSET", key});
    } else if (type == "list") {
        words = texts(redis.command(redis::Command("LRANGE", key, "0", "-1")));
        words.insert(words.begin(), {"RPUSH", key});
    } else {
        throw std::runtime_error("a conversation has a key of an unknown kind: " + type);
    }
    return words;
}

void Mould::read_back() {
    for (const auto& key : texts(world_.redis.command(redis::Command("KEYS", "*")))) {
        const auto words = words_of(world_.redis, key);
        if (words.empty()) continue;
        append_command(pattern_, words);
        ++commands_;
    }
    for (auto& one : names_) {
        for (auto at = pattern_.find(one.word); at != std::string::npos;
             at = pattern_.find(one.word, at + 1)) {
            one.places.push_back(at);
        }
    }
}

std::vector<std::string> Mould::next_names() {
    std::vector<std::string> names{ulid(), ulid(), std::to_string(++due_)};
    v1::InboundMessage message;
    for (int i = 0; i < world_.messages_each; ++i) {
        message = world_.next_message();
        names.push_back(message.external_id());
    }
    names.push_back(message.thread());
    names.push_back(message.author().external_id());
    return names;
}

void Mould::append_copy(std::string& out) {
    while (world_.messages() % static_cast<std::uint64_t>(world_.messages_each) != 0) world_.next_message();
    const auto start = out.size();
    out += pattern_;
    const auto words = next_names();
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (words[i].size() != names_[i].word.size()) throw std::runtime_error("a name grew: " + words[i]);
        for (const auto place : names_[i].places) out.replace(start + place, words[i].size(), words[i]);
    }
}

}  // namespace guichet::bench
