#include "services/demo/show/storm.hpp"

namespace guichet::demo {
namespace {

using namespace std::chrono_literals;

constexpr char kCustomer[] = "Customer ";
constexpr char kBotsAnswer[] = "We look into it at once. Your reference: ";
constexpr auto kSettle = 90s;

// One request is repeated under its own id until it is answered: that is how a caller keeps it to once.
template <class Response>
Result<Response> insist(Desk& desk, Interrupt& interrupt, const std::string& method,
                        const google::protobuf::Message& request) {
    const SystemClock clock;
    const auto end = clock.steady() + kSettle;
    for (;;) {
        auto response = desk.call<Response>(method, request);
        if (response || !response.error().retryable || clock.steady() > end) return response;
        if (!interrupt.wait(50ms)) return response;
    }
}

}  // namespace

Storm::Storm(Stage& stage, Interrupt& interrupt, StormPlan plan, OnProgress on_progress)
    : stage_(stage), interrupt_(interrupt), plan_(plan), on_progress_(std::move(on_progress)) {}

std::string Storm::question(int number) {
    return "Where is my order " + std::to_string(number) + "? It never came.";
}

void Storm::tell(int number) {
    stage_.town().comment(kCustomer + std::to_string(number), question(number));
    ++told_;
}

void Storm::kill_at(int number) {
    if (number == plan_.kill_redis_at) {
        if (!stage_.server().kill_redis()) throw Broken("its Redis was not found");
        on_progress_(told_, published(), "kill -9 Redis");
    }
    if (number != plan_.kill_server_at) return;
    stage_.server().kill();
    on_progress_(told_, published(), "kill -9 the server, in the middle of its answers");
    stage_.start_again();
    on_progress_(told_, published(), "started again");
}

bool Storm::answer_one(Desk& desk) {
    v1::ClaimNextRequest next;
    next.set_request_id(Desk::request_id());
    // The customers'; the visitor's own case is for people.
    next.add_languages("en");
    auto claimed = insist<v1::ClaimNextResponse>(desk, interrupt_, "RoutingService/ClaimNext", next);
    if (!claimed || !claimed->has_conversation()) return false;
    const auto& conversation = claimed->conversation();
    if (!conversation.contact_name().starts_with(kCustomer)) {
        const std::lock_guard lock(mutex_);
        set_aside_.push_back(conversation);
        return true;
    }
    v1::SendRequest send;
    send.set_request_id(Desk::request_id());
    send.set_conversation(conversation.id());
    send.set_epoch(conversation.epoch());
    send.set_inbound_seq(conversation.inbound_seq());
    send.set_text(kBotsAnswer + conversation.reference());
    send.mutable_undo_window();
    send.set_after(v1::AFTER_SEND_RESOLVE);
    const auto sent = insist<v1::SendResponse>(desk, interrupt_, "ReplyService/Send", send);
    if (!sent) return false;
    const std::lock_guard lock(mutex_);
    answers_.insert(send.text());
    return true;
}

void Storm::give_back() {
    const auto desk = stage_.another_bot();
    for (const auto& conversation : set_aside_) {
        v1::ReleaseRequest request;
        request.set_request_id(Desk::request_id());
        request.set_conversation(conversation.id());
        request.set_epoch(conversation.epoch());
        request.set_reason("for people");
        (void)insist<v1::ReleaseResponse>(*desk, interrupt_, "RoutingService/Release", request);
    }
    set_aside_.clear();
}

void Storm::answer_until_over() {
    const auto desk = stage_.another_bot();
    while (!over_ && !interrupt_.happened()) {
        if (!answer_one(*desk)) interrupt_.wait(20ms);
    }
}

int Storm::published() {
    int found = 0;
    for (const auto& [text, times] : stage_.town().counts()) found += text.starts_with(kBotsAnswer) ? 1 : 0;
    return found;
}

StormReport Storm::count() {
    StormReport report;
    report.told = told_;
    for (const auto& conversation : stage_.claire().conversations(kChannel)) {
        report.kept += conversation.contact_name().starts_with(kCustomer) ? 1 : 0;
    }
    const auto counts = stage_.town().counts();
    for (const auto& [text, times] : counts) {
        if (!text.starts_with(kBotsAnswer)) continue;
        ++report.published;
        report.twice += times > 1 ? 1 : 0;
    }
    const std::lock_guard lock(mutex_);
    report.answered = static_cast<int>(answers_.size());
    for (const auto& text : answers_) report.missing += counts.contains(text) ? 0 : 1;
    return report;
}

StormReport Storm::run() {
    std::vector<std::thread> bots;
    for (int i = 0; i < plan_.bots; ++i) bots.emplace_back([this] { answer_until_over(); });
    const auto stop = [&] {
        over_ = true;
        for (auto& bot : bots) bot.join();
        bots.clear();
        give_back();
    };
    try {
        for (int number = 1; number <= plan_.messages; ++number) {
            tell(number);
            kill_at(number);
            if (number % plan_.per_second == 0) on_progress_(told_, published(), "");
            if (!interrupt_.wait(1000ms / plan_.per_second)) throw Broken("interrupted");
        }
        stage_.until(
            "the server has accepted everything", [this] { return stage_.town().undelivered() == 0; },
            kSettle);
        stage_.until(
            "every customer is answered", [this] { return published() >= plan_.messages; }, kSettle);
    } catch (...) {
        stop();
        throw;
    }
    stop();
    return count();
}

}  // namespace guichet::demo
