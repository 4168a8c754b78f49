#include "services/ingest/events.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <boost/asio/this_coro.hpp>

#include "common/core/bytes.hpp"
#include "common/obs/log.hpp"
#include "common/runtime/task.hpp"
#include "common/store/moderation.hpp"

namespace guichet::ingest {
namespace {

using Kind = channels::Event::Kind;

// The store's own deadlines end every wait before.
constexpr auto kStoreLimit = std::chrono::seconds(15);

// Of a platform's words why a message failed.
constexpr std::size_t kMaxError = 1'000;

// In the order of their declaration.
constexpr std::array kKinds{Kind::message, Kind::own,    Kind::delivered,
                            Kind::failed,  Kind::hidden, Kind::shown};

// What people wrote elsewhere is put right where a program that speaks to us is told what is wrong.
Intake intake_for(const Told& told) {
    Intake intake;
    intake.repair = told.channel->kind() != v1::CHANNEL_KIND_CUSTOM;
    intake.own_blobs = told.own_blobs;
    return intake;
}

void leave_out(const Told& told, const std::string& why) {
    log::debug("event.left_out", {{"workspace", told.workspace},
                                  {"channel", told.channel->id()},
                                  {"kind", to_string(told.event.kind)},
                                  {"external_id", told.event.message.external_id()},
                                  {"why", why}});
}

asio::awaitable<Result<Kept>> keep_act(store::Store& store, const MessageLimits& limits, Told told) {
    store::ActElsewhere act;
    act.workspace = told.workspace;
    act.channel = ChannelId(told.channel->id());
    act.external_id = told.event.message.external_id();
    act.hidden = told.event.kind == Kind::hidden;
    act.at = told.event.message.ordinal();
    if (act.external_id.empty() || act.external_id.size() > limits.external_id) {
        leave_out(told, "it names no message");
        co_return Kept{};
    }
    store::Moderations moderations(store);
    auto taken = co_await moderations.take_over(std::move(act));
    if (!taken) co_return taken.error();
    if (!*taken) leave_out(told, "nothing is new by it");
    co_return Kept{};
}

}  // namespace

struct Events::Batch {
    std::vector<Result<Kept>> outcomes;
    std::size_t open = 0;
    runtime::Event changed;
};

const char* to_string(channels::Event::Kind kind) {
    switch (kind) {
        case Kind::message:
            return "message";
        case Kind::own:
            return "own";
        case Kind::delivered:
            return "delivered";
        case Kind::failed:
            return "failed";
        case Kind::hidden:
            return "hidden";
        case Kind::shown:
            return "shown";
    }
    return "unknown";
}

Events::Events(Submitter& submitter, store::Store& store, store::Reads& reads, blob::BlobStore& blobs,
               obs::Metrics& metrics, const MessageLimits& limits, std::size_t window)
    : submitter_(submitter), store_(store), reads_(reads), blobs_(blobs), limits_(limits), window_(window) {
    const auto family =
        metrics.counters("guichet_ingest_events_total", "What connectors told, by kind.", {"kind"});
    for (const auto kind : kKinds) counters_.push_back(family.with({to_string(kind)}));
}

asio::awaitable<Status> Events::keep_files(std::vector<Told>& told) {
    for (auto& one : told) {
        auto kept = co_await keep_bytes(one);
        if (!kept.ok()) co_return kept;
    }
    co_return Status{};
}

asio::awaitable<Status> Events::find_thread(Told& told) {
    if (told.event.conversation.empty()) co_return Status{};
    auto found = co_await reads_.conversation(told.workspace, ConversationId(told.event.conversation), "*");
    if (!found && found.error().code != Code::not_found) co_return found.error();
    if (found && found->channel() == told.channel->id() && !found->thread().empty())
        told.event.message.set_thread(found->thread());
    co_return Status{};
}

asio::awaitable<Status> Events::keep_bytes(Told& told) {
    auto& files = told.event.files;
    auto& message = told.event.message;
    const auto count = std::min(files.size(), static_cast<std::size_t>(message.attachments_size()));
    for (std::size_t i = 0; i < count; ++i) {
        if (files[i].empty()) continue;
        auto& attachment = *message.mutable_attachments(static_cast<int>(i));
        attachment.set_size(static_cast<std::int64_t>(files[i].size()));
        auto name = co_await blobs_.put(std::move(files[i]));
        if (!name) co_return name.error();
        attachment.set_blob(std::move(*name));
        told.own_blobs = true;
    }
    files.clear();
    if (told.raw.size() > limits_.raw) {
        auto name = co_await blobs_.put(std::move(told.raw));
        if (!name) co_return name.error();
        told.raw = std::move(*name);
    }
    co_return Status{};
}

asio::awaitable<Result<std::vector<Result<Kept>>>> Events::take(std::vector<Told> told) {
    // Asked once before, so that all of them leave in one write and in order.
    std::set<WorkspaceId> workspaces;
    for (const auto& one : told) workspaces.insert(one.workspace);
    for (const auto& workspace : workspaces) {
        auto partition = co_await store_.partition_of(workspace);
        if (!partition) co_return partition.error();
    }
    auto kept = co_await keep_files(told);
    if (!kept.ok()) co_return kept;
    for (auto& one : told) {
        auto looked = co_await find_thread(one);
        if (!looked.ok()) co_return looked;
    }
    auto batch = std::make_shared<Batch>();
    batch->outcomes.assign(told.size(), deadline("not stored in time"));
    if (told.size() == 1) {
        batch->outcomes[0] = co_await keep(std::move(told[0]));
        co_return batch->outcomes;
    }
    const auto executor = co_await asio::this_coro::executor;
    for (std::size_t i = 0; i < told.size(); ++i) {
        const auto room = [&] { return batch->open < window_; };
        const bool has_room = co_await batch->changed.wait_for(room, kStoreLimit);
        if (!has_room) break;
        ++batch->open;
        auto work = keep_into(this, std::move(told[i]), i, batch);
        runtime::spawn(executor, "ingest.events", std::move(work));
    }
    co_await batch->changed.wait_for([&] { return batch->open == 0; }, kStoreLimit);
    co_return batch->outcomes;
}

asio::awaitable<void> Events::keep_into(Events* self, Told told, std::size_t index,
                                        std::shared_ptr<Batch> batch) {
    batch->outcomes[index] = co_await self->keep(std::move(told));
    --batch->open;
    batch->changed.notify_all();
}

asio::awaitable<Result<Kept>> Events::keep(Told told) {
    const auto kind = told.event.kind;
    counters_.at(static_cast<std::size_t>(kind)).add();
    if (kind == Kind::own) co_return co_await keep_own(std::move(told));
    if (kind == Kind::delivered || kind == Kind::failed) co_return co_await keep_report(std::move(told));
    if (kind == Kind::hidden || kind == Kind::shown)
        co_return co_await keep_act(store_, limits_, std::move(told));
    const auto intake = intake_for(told);
    auto stored = co_await submitter_.submit(std::move(told.workspace), std::move(told.channel),
                                             std::move(told.event.message), std::move(told.raw), intake);
    if (!stored) co_return stored.error();
    co_return Kept(std::move(*stored));
}

asio::awaitable<Result<Kept>> Events::keep_own(Told told) {
    // What the brand took back itself needs no answer; what it said stays in the record.
    if (told.event.message.kind() == v1::INBOUND_KIND_DELETED) co_return Kept{};
    auto reply_to = told.event.message.reply_to();
    const auto intake = intake_for(told);
    auto words = normalise(told.workspace, *told.channel, std::move(told.event.message), intake, limits_);
    if (!words) {
        leave_out(told, words.error().message);
        co_return Kept{};
    }
    store::OwnPost post;
    post.workspace = std::move(words->workspace);
    post.channel = std::move(words->channel);
    post.external_id = std::move(words->external_id);
    post.reply_to = std::move(reply_to);
    post.thread = std::move(words->thread);
    post.text = std::move(words->text);
    post.blob = std::move(words->blob);
    auto stored = co_await store_.own_post(std::move(post));
    if (!stored) co_return stored.error();
    co_return Kept{};
}

asio::awaitable<Result<Kept>> Events::keep_report(Told told) {
    if (told.event.delivery.empty() && told.event.message.external_id().empty()) {
        leave_out(told, "it names no message");
        co_return Kept{};
    }
    store::DeliveryReport report;
    report.workspace = told.workspace;
    report.channel = ChannelId(told.channel->id());
    report.external_id = told.event.message.external_id();
    report.delivery = DeliveryId(told.event.delivery);
    report.failed = told.event.kind == Kind::failed;
    report.error = truncate_utf8(repair_utf8(told.event.error), kMaxError);
    auto stored = co_await store_.report_delivery(std::move(report));
    if (!stored) co_return stored.error();
    co_return Kept{};
}

}  // namespace guichet::ingest
