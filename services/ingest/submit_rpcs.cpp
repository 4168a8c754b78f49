#include "services/ingest/submit_rpcs.hpp"

#include <deque>
#include <functional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include "common/obs/log.hpp"
#include "common/rpc/status_map.hpp"
#include "common/runtime/task.hpp"

namespace guichet::ingest {
namespace {

// The store's own deadlines end every wait long before.
constexpr auto kAnotherLook = std::chrono::seconds(5);

bool is_duplicate(const store::Ingested& stored) {
    return stored.outcome == store::Ingested::Outcome::duplicate ||
           stored.outcome == store::Ingested::Outcome::tombstone;
}

// One message of a stream, from its arrival to its acknowledgement.
struct Slot {
    v1::SubmitStreamResponse answer;
    bool done = false;
};

struct Window {
    std::deque<std::shared_ptr<Slot>> slots;
    runtime::Event changed;
    bool input_ended = false;
    bool output_failed = false;
};

void describe(const Status& status, v1::SubmitError& error) {
    error.set_code(static_cast<int>(status.code));
    error.set_message(status.message);
    *error.mutable_detail() = rpc::to_detail(status);
}

asio::awaitable<void> fill(SubmitRpcs* rpcs, rpc::CallContext context, v1::InboundMessage message,
                           std::shared_ptr<Slot> slot, std::shared_ptr<Window> window) {
    slot->answer.set_external_id(message.external_id());
    auto stored = co_await rpcs->take(std::move(context), std::move(message));
    if (stored) {
        slot->answer.set_conversation(stored->conversation.str());
        slot->answer.set_seq(stored->seq);
        slot->answer.set_duplicate(is_duplicate(*stored));
        slot->answer.set_opened(stored->outcome == store::Ingested::Outcome::opened);
    } else {
        describe(stored.error(), *slot->answer.mutable_error());
    }
    slot->done = true;
    if (!window->slots.empty() && window->slots.front() == slot) window->changed.notify_all();
}

asio::awaitable<void> acknowledge(rpc::Writer<v1::SubmitStreamResponse> writer,
                                  std::shared_ptr<Window> window) {
    const auto something = [&] {
        return window->slots.empty() ? window->input_ended : window->slots.front()->done;
    };
    for (;;) {
        const bool changed = co_await window->changed.wait_for(something, kAnotherLook);
        if (!changed) continue;
        if (window->slots.empty()) co_return;
        const auto slot = window->slots.front();
        const auto written = co_await writer.write(slot->answer);
        if (!written) {
            window->output_failed = true;
            window->changed.notify_all();
            co_return;
        }
        window->slots.pop_front();
        window->changed.notify_all();
    }
}

}  // namespace

void SubmitRpcs::register_on(rpc::Dispatcher& dispatcher) {
    dispatcher.unary<v1::SubmitRequest, v1::SubmitResponse>(
        "guichet.v1.IngestService/Submit", [this](rpc::CallContext context, v1::SubmitRequest request) {
            return submit(std::move(context), std::move(request));
        });
    dispatcher.bidi<v1::SubmitStreamRequest, v1::SubmitStreamResponse>(
        "guichet.v1.IngestService/SubmitStream",
        [this](rpc::CallContext context, rpc::Reader<v1::SubmitStreamRequest> reader,
               rpc::Writer<v1::SubmitStreamResponse> writer) {
            return submit_stream(std::move(context), std::move(reader), std::move(writer));
        });
}

asio::awaitable<Result<store::Ingested>> SubmitRpcs::take(rpc::CallContext context,
                                                          v1::InboundMessage message) {
    if (message.channel().empty()) co_return invalid("message.channel", "message.channel is missing");
    auto channel = co_await submitter_.channel(context.caller.workspace, ChannelId(message.channel()));
    if (!channel) co_return channel.error();
    if (!context.scope.allows((*channel)->id(), (*channel)->team(), is_public(message, **channel))) {
        co_return denied("your credential may not submit to the channel " + (*channel)->id());
    }
    // The message says all that the sender said: nothing else is to be kept as it came.
    co_return co_await submitter_.submit(context.caller.workspace, std::move(*channel), std::move(message),
                                         {}, Intake{});
}

asio::awaitable<Result<v1::SubmitResponse>> SubmitRpcs::submit(rpc::CallContext context,
                                                               v1::SubmitRequest request) {
    const auto request_id = context.request_id;
    auto stored = co_await take(std::move(context), std::move(*request.mutable_message()));
    if (!stored) co_return stored.error();
    log::debug("message.submitted", {{"conversation", stored->conversation}, {"request", request_id}});
    v1::SubmitResponse response;
    response.set_conversation(stored->conversation.str());
    response.set_seq(stored->seq);
    response.set_duplicate(is_duplicate(*stored));
    response.set_opened(stored->outcome == store::Ingested::Outcome::opened);
    response.set_reference(stored->reference);
    co_return response;
}

asio::awaitable<Result<void>> SubmitRpcs::submit_stream(rpc::CallContext context,
                                                        rpc::Reader<v1::SubmitStreamRequest> reader,
                                                        rpc::Writer<v1::SubmitStreamResponse> writer) {
    const auto executor = co_await asio::this_coro::executor;
    auto window = std::make_shared<Window>();
    auto output = runtime::spawn(executor, "ingest.acknowledge", acknowledge(std::move(writer), window));
    const auto room = [&] { return window->output_failed || window->slots.size() < window_; };
    Result<void> end;
    while (!window->output_failed) {
        auto request = co_await reader.read();
        if (!request) {
            end = request.error();
            break;
        }
        if (!*request) break;
        for (bool has_room = false; !has_room;) {
            has_room = co_await window->changed.wait_for(room, kAnotherLook);
        }
        if (window->output_failed) break;
        auto slot = std::make_shared<Slot>();
        window->slots.push_back(slot);
        auto work = fill(this, context, std::move(*(**request).mutable_message()), slot, window);
        runtime::spawn(executor, "ingest.submit", std::move(work));
    }
    window->input_ended = true;
    window->changed.notify_all();
    for (bool joined = false; !joined;) joined = co_await output.join(kAnotherLook);
    // What was begun is finished before the stream's caller is told that it is over.
    const auto settled = [&] {
        for (const auto& slot : window->slots) {
            if (!slot->done) return false;
        }
        return true;
    };
    for (bool done = false; !done;)
        done = co_await window->changed.wait_for(settled, std::chrono::milliseconds(50));
    if (!end) co_return end;
    if (window->output_failed) co_return make_status(Code::cancelled, "the caller is gone");
    co_return Result<void>{};
}

}  // namespace guichet::ingest
