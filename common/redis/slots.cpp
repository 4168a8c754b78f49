#include "common/redis/slots.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace guichet::redis {
namespace {

// CRC-16/XMODEM, as the specification asks.
constexpr std::array<std::uint16_t, 256> make_table() {
    std::array<std::uint16_t, 256> table{};
    for (unsigned byte = 0; byte < 256; ++byte) {
        unsigned crc = byte << 8U;
        for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000U) != 0 ? (crc << 1U) ^ 0x1021U : crc << 1U;
        table[byte] = static_cast<std::uint16_t>(crc & 0xffffU);
    }
    return table;
}

constexpr auto kTable = make_table();

constexpr std::string_view kKeyless[] = {
    "PING",  "INFO",  "TIME",     "CONFIG", "FUNCTION",  "SCAN",   "BGREWRITEAOF", "CLIENT", "CLUSTER",
    "ECHO",  "WAIT",  "COMMAND",  "DBSIZE", "SCRIPT",    "ASKING", "FLUSHALL",     "SAVE",   "BGSAVE",
    "DEBUG", "MULTI", "LASTSAVE", "EXEC",   "REPLICAOF", "ACL",    "FLUSHDB",      "ROLE",   "SELECT",
};

// Which argument is the first key; 0: none.
std::size_t place_of_key(const Command& command) {
    const auto name = command.name();
    if (std::find(std::begin(kKeyless), std::end(kKeyless), name) != std::end(kKeyless)) return 0;
    if (runs_function(command)) return argument_of(command, 2) == "0" ? 0 : 3;
    if (name == "XINFO" || name == "XGROUP" || name == "OBJECT" || name == "MEMORY") return 2;
    if (name == "XREAD" || name == "XREADGROUP") {
        for (std::size_t at = 1; at + 1 < command.size(); ++at) {
            if (argument_of(command, at) == "STREAMS") return at + 1;
        }
        return 0;
    }
    return 1;
}

bool read_number(std::string_view text, std::uint16_t& number) {
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::uint16_t slot_of_key(std::string_view key) {
    const auto open = key.find('{');
    if (open != std::string_view::npos) {
        const auto close = key.find('}', open + 1);
        if (close != std::string_view::npos && close > open + 1) key = key.substr(open + 1, close - open - 1);
    }
    unsigned crc = 0;
    for (const char c : key)
        crc = ((crc << 8U) ^ kTable[((crc >> 8U) ^ static_cast<unsigned char>(c)) & 0xffU]) & 0xffffU;
    return static_cast<std::uint16_t>(crc % kSlots);
}

// The arguments lie behind each other in wire form, each as "$<bytes>\r\n<text>\r\n", the name first.
std::string_view argument_of(const Command& command, std::size_t index) {
    if (index >= command.size()) return {};
    auto text = command.name();
    for (; index > 0; --index) {
        const char* header = text.data() + text.size() + 3;
        std::size_t size = 0;
        const char* end = std::from_chars(header, header + 20, size).ptr;
        text = std::string_view(end + 2, size);
    }
    return text;
}

bool runs_function(const Command& command) {
    const auto name = command.name();
    return name.starts_with("FCALL") || name.starts_with("EVAL");
}

std::optional<std::uint16_t> slot_of(const Command& command) {
    const auto at = place_of_key(command);
    if (at == 0 || at >= command.size()) return std::nullopt;
    return slot_of_key(argument_of(command, at));
}

Result<SlotMap> parse_slots(const Reply& reply, const std::string& asked) {
    SlotMap map;
    map.owner.assign(kSlots, SlotMap::kNobody);
    std::vector<const Reply*> ranges;
    for (const auto& range : reply.items()) ranges.push_back(&range);
    std::sort(ranges.begin(), ranges.end(), [](const Reply* left, const Reply* right) {
        return left->at(0).to_integer() < right->at(0).to_integer();
    });
    for (const Reply* range : ranges) {
        const auto first = range->at(0).to_integer(-1);
        const auto last = range->at(1).to_integer(-1);
        const auto& node = range->at(2);
        const auto port = node[1].to_integer();
        if (first < 0 || last < first || last >= static_cast<std::int64_t>(kSlots) || port <= 0 ||
            port > 65535)
            return internal("CLUSTER SLOTS was answered with something else");
        Master master{{node[0].text(), static_cast<std::uint16_t>(port)}, node[2].text()};
        if (master.at.host.empty() || master.at.host == "?") master.at.host = asked;
        const auto same = [&master](const Master& known) { return known.at.name() == master.at.name(); };
        auto known = std::find_if(map.masters.begin(), map.masters.end(), same);
        if (known == map.masters.end()) known = map.masters.insert(known, std::move(master));
        const auto place = static_cast<std::uint16_t>(known - map.masters.begin());
        std::fill(map.owner.begin() + first, map.owner.begin() + last + 1, place);
    }
    if (map.masters.empty())
        return make_status(Code::unavailable,
                           "no master of the Redis Cluster holds a slot: deal them out (deploy/cluster.md)",
                           "clusterdown");
    return map;
}

std::optional<Redirect> parse_redirect(const Reply& reply) {
    if (!reply.is_error()) return std::nullopt;
    std::string_view text = reply.text();
    Redirect redirect;
    if (text.starts_with("MOVED ")) {
        text.remove_prefix(6);
    } else if (text.starts_with("ASK ")) {
        redirect.kind = Redirect::Kind::ask;
        text.remove_prefix(4);
    } else {
        return std::nullopt;
    }
    const auto space = text.find(' ');
    const auto colon = text.rfind(':');
    if (space == std::string_view::npos || colon == std::string_view::npos || colon < space)
        return std::nullopt;
    if (!read_number(text.substr(0, space), redirect.slot) || redirect.slot >= kSlots) return std::nullopt;
    if (!read_number(text.substr(colon + 1), redirect.to.port)) return std::nullopt;
    redirect.to.host = text.substr(space + 1, colon - space - 1);
    return redirect;
}

}  // namespace guichet::redis
