#include "common/store/store.hpp"

namespace guichet::store {

asio::awaitable<Result<Parted>> Store::merge_contacts(By by, ContactMerge what) {
    auto arguments = head(by);
    Row more{what.into.str(),
             what.from.str(),
             std::to_string(what.into_version),
             std::to_string(what.from_version),
             std::move(what.reason),
             std::to_string(kMostIdentities)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto row = co_await call(by.workspace, "merge_contacts", std::move(arguments));
    if (!row) co_return row.error();
    co_return Parted{ContactId(row->at(0)), ContactId(row->at(1))};
}

asio::awaitable<Result<Parted>> Store::undo_merge(By by, ContactId contact, std::int64_t version) {
    auto arguments = head(by);
    arguments.push_back(contact.str());
    arguments.push_back(std::to_string(version));
    auto row = co_await call(by.workspace, "undo_merge", std::move(arguments));
    if (!row) co_return row.error();
    co_return Parted{ContactId(row->at(0)), ContactId(row->at(1))};
}

asio::awaitable<Result<Parted>> Store::split_contact(By by, ContactSplit what) {
    auto arguments = head(by);
    arguments.push_back(what.contact.str());
    arguments.push_back(std::to_string(what.version));
    for (auto& identity : what.identities) {
        arguments.push_back(identity.channel.str());
        arguments.push_back(std::move(identity.external_id));
    }
    auto row = co_await call(by.workspace, "split_contact", std::move(arguments));
    if (!row) co_return row.error();
    co_return Parted{ContactId(row->at(0)), ContactId(row->at(1))};
}

}  // namespace guichet::store
