#include "services/ingest/channel_poll.hpp"

#include <algorithm>
#include <utility>

#include "common/obs/log.hpp"
#include "services/ingest/backoff.hpp"
#include "services/ingest/dead_event.hpp"

namespace guichet::ingest {
namespace {

// What a connector may need to end after it was told to.
constexpr std::chrono::seconds kCancelGrace{5};
constexpr std::size_t kMaxCursor = 64 * 1024;
// Below it a failure is not worth an operator's time.
constexpr int kTroubledFrom = 3;
// The platform's failure; the others are ours.
constexpr char kPollFailed[] = "poll.failed";

}  // namespace

ChannelPoll::ChannelPoll(Parts parts, WorkspaceId workspace, access::ChannelPtr channel)
    : context_(parts.context),
      events_(parts.events),
      connector_(parts.connector),
      options_(parts.options),
      failures_(parts.failures),
      health_(parts.health),
      workspace_(std::move(workspace)),
      channel_(std::move(channel)),
      name_(workspace_.str() + "." + channel_->id()) {}

void ChannelPoll::start() {
    task_ = runtime::spawn(context_.executor, "ingest.poll", run(shared_from_this()));
}

void ChannelPoll::stop() {
    stopping_ = true;
    wake_.notify_all();
    if (asked_) asked_->answered.notify_all();
}

asio::awaitable<void> ChannelPoll::run(std::shared_ptr<ChannelPoll> self) {
    while (!self->stopping_) {
        const auto wait = co_await self->round();
        co_await self->wake_.wait_for([&] { return self->stopping_; }, wait);
    }
}

asio::awaitable<ChannelPoll::Milliseconds> ChannelPoll::round() {
    if (!cursor_known_) {
        auto read = co_await read_cursor();
        if (!read.ok()) co_return co_await failed("poll.no_cursor", read);
    }
    auto page = co_await pull();
    if (!page && stopping_) co_return Milliseconds(0);
    if (!page) co_return co_await failed(kPollFailed, page.error());
    works_ = true;
    auto stored = co_await store(std::move(page->events));
    if (!stored.ok()) co_return co_await failed("poll.not_stored", stored);
    auto written = co_await write_cursor(std::move(page->cursor));
    if (!written.ok()) co_return co_await failed("poll.cursor_not_kept", written);
    if (failed_ > 0) log::info("poll.recovered", {{"channel", name_}, {"failures", failed_}});
    failed_ = 0;
    trouble_.clear();
    co_await health_.works(workspace_, ChannelId(channel_->id()));
    pages_ = page->more ? pages_ + 1 : 0;
    if (page->more && pages_ < options_.pages) co_return Milliseconds(0);
    pages_ = 0;
    co_return std::clamp(page->wait, options_.pause, options_.longest_wait);
}

asio::awaitable<Status> ChannelPoll::read_cursor() {
    auto document = co_await context_.store.document(workspace_, kCursor, channel_->id());
    if (!document) co_return document.error();
    cursor_ = *document ? (*document)->bytes : std::string();
    cursor_version_ = *document ? (*document)->version : 0;
    cursor_known_ = true;
    co_return Status{};
}

asio::awaitable<void> ChannelPoll::pull_into(channels::Connector* connector, access::ChannelPtr channel,
                                             std::string cursor, Milliseconds deadline,
                                             std::shared_ptr<Asked> asked) {
    asked->answer = co_await connector->pull(*channel, std::move(cursor), deadline);
    asked->answered.notify_all();
}

asio::awaitable<Result<channels::Pulled>> ChannelPoll::pull() {
    auto asked = std::make_shared<Asked>();
    asked_ = asked;
    const auto limit = works_ ? options_.pull : std::min(options_.pull, options_.unproven_pull);
    auto work = pull_into(&connector_, channel_, cursor_, limit, asked);
    auto task = runtime::spawn(context_.executor, "ingest.pull", std::move(work));
    co_await asked->answered.wait_for([&] { return asked->answer || stopping_; }, limit + options_.grace);
    asked_.reset();
    if (!asked->answer) {
        task.cancel();
        const bool ended = co_await task.join(kCancelGrace);
        if (!ended) log::error("poll.does_not_end", {{"channel", name_}});
    }
    if (!asked->answer) co_return deadline("the platform was asked for news and did not answer in time");
    co_return std::move(*asked->answer);
}

asio::awaitable<Status> ChannelPoll::store(channels::Events events) {
    if (events.empty()) co_return Status{};
    std::vector<Told> told;
    told.reserve(events.size());
    for (auto& event : events) {
        auto raw = std::move(event.raw);
        told.push_back({workspace_, channel_, std::move(event), std::move(raw), false});
    }
    auto kept = co_await events_.keep_files(told);
    if (!kept.ok()) co_return kept;
    std::vector<v1::InboundMessage> copies;
    copies.reserve(told.size());
    for (const auto& one : told) copies.push_back(one.event.message);
    auto outcomes = co_await events_.take(std::move(told));
    if (!outcomes) co_return outcomes.error();
    for (std::size_t i = 0; i < outcomes->size(); ++i) {
        const auto& outcome = (*outcomes)[i];
        if (outcome) continue;
        if (!is_hopeless(outcome.error())) co_return outcome.error();
        auto buried = co_await bury(std::move(copies[i]), outcome.error().message);
        if (!buried.ok()) co_return buried;
    }
    co_return Status{};
}

asio::awaitable<Status> ChannelPoll::bury(v1::InboundMessage message, std::string reason) {
    log::warn("poll.refused", {{"channel", name_}, {"external_id", message.external_id()}, {"why", reason}});
    store::DeadLetter letter;
    letter.workspace = workspace_;
    letter.source = kEventSource + channel_->id();
    letter.reason = std::move(reason);
    letter.body = encode_dead_event(std::move(message), options_.dead_text);
    auto buried = co_await context_.store.bury(std::move(letter));
    co_return buried ? Status{} : buried.error();
}

asio::awaitable<Status> ChannelPoll::write_cursor(std::string cursor) {
    if (cursor == cursor_) co_return Status{};
    if (cursor.size() > kMaxCursor) co_return internal("the connector's cursor is too long");
    auto version =
        co_await context_.store.put_document(by(), kCursor, channel_->id(), cursor_version_, cursor);
    if (!version) {
        // Somebody else wrote it, or our write was done and its answer lost: what stands there is right.
        cursor_known_ = false;
        co_return version.error();
    }
    cursor_ = std::move(cursor);
    cursor_version_ = *version;
    co_return Status{};
}

asio::awaitable<ChannelPoll::Milliseconds> ChannelPoll::failed(const char* what, Status why) {
    ++failed_;
    works_ = false;
    pages_ = 0;
    failures_.add();
    const auto wait = backoff_after(failed_, why, options_, context_.random.unit());
    log::warn(what, {{"channel", name_}, {"failures", failed_}, {"wait_ms", wait}, {"why", why}});
    std::string words;
    if (why.code == Code::unauthenticated) {
        trouble_ = name_ + " (the platform refuses our sign-in: connect the channel anew)";
        words = access::sign_in_words(why.message);
    } else if (failed_ >= kTroubledFrom) {
        trouble_ = name_ + " (asking failed " + std::to_string(failed_) + " times: see the log)";
        words = access::trouble_words(why.message);
    }
    // What Redis refuses is not the platform's fault, and could not be written either.
    const bool platforms = std::string_view(what) == kPollFailed;
    if (platforms && !words.empty())
        co_await health_.broken(workspace_, ChannelId(channel_->id()), std::move(words));
    co_return wait;
}

}  // namespace guichet::ingest
