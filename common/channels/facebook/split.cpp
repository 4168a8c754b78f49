#include "common/channels/facebook/split.hpp"

#include <cmath>
#include <map>
#include <utility>

#include "common/channels/facebook/json_fields.hpp"
#include "common/channels/facebook/parse.hpp"

namespace guichet::channels::facebook {
namespace {

// A number too large to be held was read as infinite, which JSON has no word for. No meaning hangs on one.
void drop_infinite(json::value& value) {
    if (value.is_double() && !std::isfinite(value.get_double())) value = nullptr;
    if (auto* list = value.if_array()) {
        for (auto& one : *list) drop_infinite(one);
    }
    if (auto* object = value.if_object()) {
        for (auto& member : *object) drop_infinite(member.value());
    }
}

struct Entries {
    std::string page;
    json::array list;
};

std::vector<Entries> by_page(const json::array& entries) {
    std::vector<Entries> pages;
    std::map<std::string, std::size_t> places;
    for (const auto& entry : entries) {
        if (!entry.is_object()) continue;
        auto page = text_in(entry.get_object(), "id");
        const auto [place, fresh] = places.emplace(page, pages.size());
        if (fresh) pages.push_back({std::move(page), {}});
        pages[place->second].list.push_back(entry);
    }
    return pages;
}

}  // namespace

Result<std::vector<AccountBody>> split_webhook(std::string_view body) {
    auto root = read_object(body);
    if (!root) return root.error();
    auto& all = root->get_object();
    const auto* entries = array_in(all, "entry");
    if (!entries) return invalid("entry", "\"entry\" is not a list");
    if (entries->size() > kMaxUpdates) {
        return invalid("entry", "the body holds more than " + std::to_string(kMaxUpdates) + " entries");
    }
    auto pages = by_page(*entries);
    std::vector<AccountBody> parts;
    if (pages.size() == 1) {
        parts.push_back({std::move(pages.front().page), std::string(body)});
        return parts;
    }
    all.erase("entry");
    drop_infinite(*root);
    for (auto& page : pages) {
        for (auto& entry : page.list) drop_infinite(entry);
        all["entry"] = std::move(page.list);
        parts.push_back({std::move(page.page), json::serialize(*root)});
    }
    return parts;
}

}  // namespace guichet::channels::facebook
