#include "common/streams/entry.hpp"

#include <charconv>

namespace guichet::streams {
namespace {

const std::string kNothing;

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool whole = error == std::errc() && end == text.data() + text.size() && !text.empty();
    return whole ? std::optional(value) : std::nullopt;
}

}  // namespace

const std::string& Entry::field(std::string_view name) const {
    for (const auto& [key, value] : fields) {
        if (key == name) return value;
    }
    return kNothing;
}

std::string EntryId::str() const {
    return std::to_string(ms) + "-" + std::to_string(seq);
}

std::optional<EntryId> EntryId::parse(std::string_view text) {
    auto dash = text.find('-');
    auto ms = number(text.substr(0, dash));
    auto seq =
        dash == std::string_view::npos ? std::optional<std::uint64_t>(0) : number(text.substr(dash + 1));
    if (!ms || !seq) return std::nullopt;
    return EntryId{*ms, *seq};
}

std::vector<Entry> read_entries(int partition, redis::Reply& list) {
    std::vector<Entry> entries;
    entries.reserve(list.size());
    for (redis::Reply& item : list.items()) {
        if (item.size() != 2 || !item[1].is_array()) continue;
        Entry& entry = entries.emplace_back();
        entry.partition = partition;
        entry.id = item.items()[0].take_text();
        auto& flat = item.items()[1].items();
        entry.fields.reserve(flat.size() / 2);
        for (std::size_t i = 0; i + 1 < flat.size(); i += 2) {
            entry.fields.emplace_back(flat[i].take_text(), flat[i + 1].take_text());
        }
    }
    return entries;
}

}  // namespace guichet::streams
