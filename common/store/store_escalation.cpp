#include "common/core/bytes.hpp"
#include "common/store/records.hpp"
#include "common/store/store.hpp"

namespace guichet::store {

asio::awaitable<Result<bool>> Store::propose(WorkspaceId workspace, std::string actor,
                                             ConversationId conversation, std::string reasons,
                                             std::string entry) {
    Row arguments{workspace.str(),    std::move(actor), conversation.str(), make_ulid(clock_.now(), random_),
                  std::move(reasons), std::move(entry)};
    auto row = co_await call(workspace, "propose", std::move(arguments));
    if (!row) co_return row.error();
    co_return row->at(0) == "proposed";
}

asio::awaitable<Result<Offered>> Store::escalate(By by, Offer offer) {
    auto arguments = head(by);
    Row more{offer.conversation.str(),
             offer.epoch,
             offer.escalation.str(),
             offer.route,
             offer.kind,
             offer.channel.str(),
             offer.way,
             offer.recipient,
             offer.single_use_key,
             offer.private_conversation.str(),
             offer.thread,
             offer.private_delivery.str(),
             offer.private_blob,
             offer.private_text,
             offer.public_delivery.str(),
             offer.public_blob,
             offer.public_text,
             ms(offer.undo),
             offer.expires_at > 0 ? std::to_string(offer.expires_at) : std::string(),
             offer.chain,
             offer.reasons,
             offer.persona,
             hex(random_.bytes(8)),
             ms(offer.lease),
             offer.identity,
             words_digest(said_in(offer.private_blob)),
             words_digest(said_in(offer.public_blob))};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto row = co_await call(by.workspace, "escalate", std::move(arguments));
    if (!row) co_return row.error();
    co_return Offered{EscalationId(row->at(0)), ConversationId(row->at(1)), row->at(2),
                      DeliveryId(row->at(3))};
}

asio::awaitable<Result<void>> Store::decline(By by, EscalationId escalation, std::string reason) {
    auto arguments = head(by);
    arguments.push_back(escalation.str());
    arguments.push_back(std::move(reason));
    auto row = co_await call(by.workspace, "decline", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<Offered>> Store::call_back(By by, CallTask task) {
    auto arguments = head(by);
    Row more{task.conversation.str(),
             task.epoch,
             task.escalation.str(),
             task.route,
             task.channel.str(),
             task.private_conversation.str(),
             task.public_delivery.str(),
             task.public_blob,
             task.public_text,
             ms(task.undo),
             task.chain,
             task.reasons,
             task.persona,
             words_digest(said_in(task.public_blob)),
             task.call,
             task.note,
             task.wanted_from > 0 ? std::to_string(task.wanted_from) : std::string(),
             task.identity};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto row = co_await call(by.workspace, "call_back", std::move(arguments));
    if (!row) co_return row.error();
    co_return Offered{EscalationId(row->at(0)), ConversationId(row->at(1)), row->at(2),
                      DeliveryId(row->at(3))};
}

asio::awaitable<Result<EscalationId>> Store::record_call(By by, CallRecord record) {
    auto arguments = head(by);
    Row more{record.conversation.str(), record.epoch, record.result, record.note};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto row = co_await call(by.workspace, "called", std::move(arguments));
    if (!row) co_return row.error();
    co_return EscalationId(row->at(0));
}

asio::awaitable<Result<DeliveryId>> Store::close_in_public(By by, ClosingWord word) {
    auto arguments = head(by);
    Row more{word.escalation.str(),
             word.epoch,
             word.delivery.str(),
             word.blob,
             word.text,
             ms(word.undo),
             word.persona,
             words_digest(said_in(word.blob))};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto row = co_await call(by.workspace, "close_public", std::move(arguments));
    if (!row) co_return row.error();
    co_return DeliveryId(row->at(1));
}

asio::awaitable<Result<Visitor>> Store::visit(Visit visit) {
    Row arguments{visit.workspace.str(), visit.escalation.str(),     visit.visitor,  visit.code,
                  ms(visit.lifetime),    std::to_string(visit.most), ms(visit.grace)};
    auto row = co_await call(visit.workspace, "visit", std::move(arguments));
    if (!row) co_return row.error();
    co_return to_visitor(visit.visitor, row->at(0));
}

asio::awaitable<Result<void>> Store::code_tried(CodeTried what) {
    std::string wrong;
    for (const auto& id : what.wrong) wrong += (wrong.empty() ? "" : ",") + id;
    Row arguments{what.workspace.str(), what.conversation.str(),
                  what.entry,           std::to_string(what.seq),
                  what.poster,          what.attempt,
                  what.visitor,         what.code,
                  std::move(wrong),     what.triage ? "1" : "",
                  std::move(what.note), make_ulid(clock_.now(), random_)};
    auto row = co_await call(what.workspace, "prove", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Store::verify_identity(By by, ConversationId conversation, std::string epoch,
                                                     std::string note) {
    auto arguments = head(by);
    arguments.push_back(conversation.str());
    arguments.push_back(std::move(epoch));
    arguments.push_back(std::move(note));
    auto row = co_await call(by.workspace, "verify", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

}  // namespace guichet::store
