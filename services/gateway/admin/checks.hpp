#pragma once
// Small checks that the methods of AdminService share. Pure.
#include <algorithm>
#include <string>
#include <vector>

#include "common/core/status.hpp"
#include "common/rpc/context.hpp"

namespace guichet::gateway {

// 1 to 128 characters of [A-Za-z0-9._:@+-].
Status check_id(const std::string& field, const std::string& id);
// Not empty, no control characters, at most `most` bytes.
Status check_name(const std::string& field, const std::string& name, std::size_t most = 200);
// Two lower-case letters; "" where that may be left out.
Status check_language(const std::string& field, const std::string& language);
// "" or something@somewhere.
Status check_email(const std::string& field, const std::string& email);

// An id that the same request of the same caller gets again: creating without naming an id stays idempotent.
std::string id_from_request(const rpc::CallContext& context, const char* prefix);

// A page of items in the order of their ids. `cursor`: the last id of the page before.
template <class T>
struct Page {
    std::vector<T> items;
    std::string next;
};

// 0: 50, at most 200.
Result<std::size_t> page_size(int asked);

template <class T, class IdOf>
Result<Page<T>> page_of(std::vector<T> all, int asked, const std::string& cursor, IdOf id_of) {
    const auto size = page_size(asked);
    if (!size) return size.error();
    std::sort(all.begin(), all.end(), [&id_of](const T& a, const T& b) { return id_of(a) < id_of(b); });
    Page<T> page;
    for (auto& item : all) {
        if (!cursor.empty() && id_of(item) <= cursor) continue;
        if (page.items.size() == *size) {
            page.next = id_of(page.items.back());
            break;
        }
        page.items.push_back(std::move(item));
    }
    return page;
}

}  // namespace guichet::gateway
