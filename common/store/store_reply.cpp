#include "common/core/bytes.hpp"
#include "common/store/records.hpp"
#include "common/store/store.hpp"

namespace guichet::store {
namespace {

const char* word_of(AttemptOutcome::Kind kind) {
    switch (kind) {
        case AttemptOutcome::Kind::retry:
            return "retry";
        case AttemptOutcome::Kind::unconfirmed:
            return "unconfirmed";
        case AttemptOutcome::Kind::failed:
            return "failed";
        case AttemptOutcome::Kind::absent:
            return "absent";
        case AttemptOutcome::Kind::sent:
            break;
    }
    return "sent";
}

// As the function takes it: '*' is all.
std::string channel_list(const std::vector<ChannelId>& channels) {
    if (channels.empty()) return "*";
    std::string list;
    for (const auto& channel : channels) list += (list.empty() ? "" : ",") + channel.str();
    return list;
}

Attempt decode_attempt(Row& row) {
    Attempt attempt;
    attempt.go = row.at(0) == "go";
    if (!attempt.go) {
        attempt.skipped = row.at(1);
        return attempt;
    }
    attempt.conversation = ConversationId(row.at(1));
    attempt.seq = std::atoll(row.at(2).c_str());
    attempt.attempt = std::atoi(row.at(3).c_str());
    attempt.send_before = std::atoll(row.at(4).c_str());
    attempt.channel = ChannelId(row.at(5));
    attempt.thread = row.at(6);
    attempt.author = row.at(7);
    attempt.reply_to = row.at(8);
    attempt.is_public = row.at(9) == "public";
    attempt.message = std::move(row.at(10));
    attempt.created_at = std::atoll(row.at(11).c_str());
    attempt.way = row.at(12);
    attempt.recipient = row.at(13);
    attempt.customer_wrote_at = std::atoll(row.at(14).c_str());
    attempt.subject = row.at(15);
    return attempt;
}

}  // namespace

std::string words_digest(const std::string& text) {
    std::string plain;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank) plain.push_back(c);
    }
    return hex(sha256(plain)).substr(0, 16);
}

std::string said_in(const std::string& blob) {
    v1::Message message;
    message.ParseFromString(blob);
    return message.text();
}

asio::awaitable<Result<TimeMs>> Store::save_draft(By by, ConversationId conversation, std::string text) {
    auto arguments = head(by);
    arguments.push_back(conversation.str());
    arguments.push_back(std::move(text));
    auto row = co_await call(by.workspace, "draft", std::move(arguments));
    if (!row) co_return row.error();
    co_return std::atoll(row->at(0).c_str());
}

asio::awaitable<Result<std::int64_t>> Store::add_note(By by, ConversationId conversation, std::string blob,
                                                      std::string event, std::string detail) {
    auto arguments = head(by);
    Row more{conversation.str(), std::move(blob), event, detail};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto row = co_await call(by.workspace, "note", std::move(arguments));
    if (!row) co_return row.error();
    co_return std::atoll(row->at(0).c_str());
}

asio::awaitable<Result<v1::Delivery>> Store::send(By by, Sending what) {
    auto arguments = head(by);
    Row more{what.conversation.str(),
             what.epoch,
             std::to_string(what.inbound_seq),
             what.delivery.str(),
             what.blob,
             what.text,
             ms(what.undo),
             what.after,
             what.persona,
             words_digest(said_in(what.blob)),
             channel_list(what.channels)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto row = co_await call(by.workspace, "answer", std::move(arguments));
    if (!row) co_return row.error();
    Fields fields;
    for (std::size_t i = 1; i + 1 < row->size(); i += 2)
        fields.emplace(std::move(row->at(i)), std::move(row->at(i + 1)));
    if (fields.empty()) co_return not_found("there is no such delivery any more: " + row->at(0));
    co_return to_delivery(row->at(0), fields);
}

asio::awaitable<Result<DeliveryId>> Store::publish(By by, Publishing what) {
    auto arguments = head(by);
    Row more{what.conversation.str(),
             what.channel.str(),
             what.team.str(),
             what.delivery.str(),
             what.blob,
             what.text,
             ms(what.undo),
             "keep",
             what.persona,
             words_digest(said_in(what.blob))};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto row = co_await call(by.workspace, "publish", std::move(arguments));
    if (!row) co_return row.error();
    co_return DeliveryId(row->at(0));
}

asio::awaitable<Result<void>> Store::undo(By by, DeliveryId delivery, bool supervisor) {
    auto arguments = head(by);
    arguments.push_back(delivery.str());
    arguments.emplace_back(supervisor ? "1" : "0");
    auto row = co_await call(by.workspace, "undo", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Store::settle(By by, DeliveryId delivery, std::string settlement,
                                            std::string external_id) {
    auto arguments = head(by);
    Row more{delivery.str(), settlement, external_id};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto row = co_await call(by.workspace, "settle", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<Attempt>> Store::begin_attempt(Begin what) {
    Row arguments{what.workspace.str(),
                  what.delivery.str(),
                  what.entry,
                  what.token,
                  ms(what.send_within),
                  ms(what.silence),
                  what.defer ? ms(*what.defer) : std::string(),
                  what.defer_reason};
    auto row = co_await call(what.workspace, "begin", std::move(arguments));
    if (!row) co_return row.error();
    co_return decode_attempt(*row);
}

asio::awaitable<Result<std::string>> Store::record_outcome(AttemptOutcome what) {
    Row arguments{what.workspace.str(), what.delivery.str(), what.entry, what.token,
                  word_of(what.kind),   what.external_id,    what.error, ms(what.wait),
                  ms(what.reserve),     what.recipient};
    auto row = co_await call(what.workspace, "outcome", std::move(arguments));
    if (!row) co_return row.error();
    co_return row->at(0);
}

}  // namespace guichet::store
