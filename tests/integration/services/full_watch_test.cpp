// A whole Watch whose caller does not read while thousands of events come: what is held for him is bounded,
// nobody else waits for him, and nothing is lost to him without a word.
#include <algorithm>
#include <string>
#include <vector>

#include "common/store/keys.hpp"
#include "tests/integration/services/world.hpp"

namespace guichet::test {
namespace {

constexpr char kType[] = "test.happened";
// What a stream holds for who does not read (rpc::StreamLimits): messages, and one on its way into it.
constexpr std::size_t kMostHeld = 64 + 1;

// What came over a watch.
struct Heard {
    // The events, by their numbers; 0: told to resync.
    std::vector<int> numbers;
    std::size_t messages = 0;
    std::size_t bytes = 0;
    std::size_t largest = 0;
    std::string cursor;

    void take(const std::string& message) {
        v1::WatchResponse response;
        EXPECT_TRUE(response.ParseFromString(message));
        ++messages;
        bytes += message.size();
        largest = std::max(largest, static_cast<std::size_t>(response.events_size()));
        if (response.resync()) numbers.push_back(0);
        for (const auto& event : response.events()) numbers.push_back(std::stoi(event.detail()));
        cursor = response.cursor();
    }
    int last() const { return numbers.empty() ? 0 : numbers.back(); }
};

class FullWatchTest : public ServicesTest {
  protected:
    using Stream = std::unique_ptr<rpc::ReadStream>;

    // Its first answer, which says where it begins, is read.
    Stream watch(const std::string& cursor = {}) {
        v1::WatchRequest request;
        request.add_types(kType);
        request.set_cursor(cursor);
        rpc::Metadata meta;
        meta.credential = "boss";
        auto stream =
            transport_.server_stream("guichet.v1.InboxService/Watch", meta, request.SerializeAsString(), {});
        auto first = run(io_, rpc::next<v1::WatchResponse>(*stream)).value().value();
        EXPECT_FALSE(first.resync());
        start_ = first.cursor();
        return stream;
    }
    static asio::awaitable<void> read_on(rpc::ReadStream& stream, Heard& heard) {
        for (;;) {
            auto message = co_await stream.next();
            if (!message || !*message) co_return;
            heard.take(**message);
        }
    }
    // Until its event `number` came.
    void read_until(rpc::ReadStream& stream, Heard& heard, int number) {
        while (heard.last() < number) heard.take(run(io_, stream.next()).value().value());
    }
    asio::awaitable<bool> append(int count) {
        auto partition = co_await store_.partition_of(kBrand);
        const auto key = store::events_key(*partition);
        for (int i = 0; i < count; ++i) {
            redis::Command command("XADD", key, "*", "w", "w1", "t", kType, "x", std::to_string(++happened_));
            auto added = co_await client_->call(std::move(command));
            EXPECT_TRUE(added);
        }
        co_return true;
    }
    // In bursts, each waited for by `quick`: packets of their own.
    void happen(int bursts, int each, const Heard& quick) {
        for (int i = 0; i < bursts; ++i) {
            run(io_, append(each));
            wait_for([&] { return quick.last() == happened_; }, "who reads at once");
        }
    }
    static std::vector<int> from_to(int first, int last) {
        std::vector<int> numbers;
        for (int i = first; i <= last; ++i) numbers.push_back(i);
        return numbers;
    }
    // Reads all the time beside another.
    struct Quick {
        Stream stream;
        Heard heard;
        bool ended = false;
    };
    std::unique_ptr<Quick> read_at_once() {
        auto quick = std::make_unique<Quick>();
        quick->stream = watch();
        asio::co_spawn(io_, read_on(*quick->stream, quick->heard),
                       [ended = &quick->ended](const std::exception_ptr&) { *ended = true; });
        return quick;
    }
    void end(Quick& quick) {
        quick.stream->cancel();
        wait_for([&] { return quick.ended; }, "the end of the watch");
    }

    std::string start_;
    int happened_ = 0;
};

TEST_F(FullWatchTest, WhatWaitsForHimLeavesInFewerAndLargerMessages) {
    settings_.inbox.watch_buffer = 5'000;
    const auto idle = watch();
    const auto quick = read_at_once();
    happen(100, 20, quick->heard);
    EXPECT_EQ(quick->heard.numbers, from_to(1, happened_));
    Heard late;
    read_until(*idle, late, happened_);
    EXPECT_EQ(late.numbers, from_to(1, happened_)) << "all of it, in order";
    EXPECT_LT(late.messages, quick->heard.messages);
    EXPECT_GT(late.largest, quick->heard.largest);
    end(*quick);
}

TEST_F(FullWatchTest, TooMuchForHimIsDroppedAndHeIsToldToResync) {
    settings_.inbox.watch_buffer = 100;
    const auto idle = watch();
    const auto quick = read_at_once();
    happen(120, 20, quick->heard);
    EXPECT_EQ(quick->heard.numbers, from_to(1, happened_))
        << "who reads misses nothing, and waits for nobody";
    Heard late;
    read_until(*idle, late, happened_);
    EXPECT_LE(late.messages, kMostHeld + 1) << "what the stream held, and what the watch held";
    EXPECT_LE(late.bytes, 2U * 1024 * 1024);
    const auto told = std::find(late.numbers.begin(), late.numbers.end(), 0);
    ASSERT_NE(told, late.numbers.end()) << "he is not told that something is missing";
    const std::vector<int> before(late.numbers.begin(), told), after(told + 1, late.numbers.end());
    EXPECT_EQ(before, from_to(1, static_cast<int>(before.size())));
    EXPECT_LE(after.size(), 100U) << "inbox.watch_buffer";
    ASSERT_FALSE(after.empty());
    EXPECT_EQ(after, from_to(after.front(), happened_));
    EXPECT_GT(after.front(), static_cast<int>(before.size()) + 1);
    // Live again, from here on without a gap.
    happen(1, 20, quick->heard);
    Heard live;
    read_until(*idle, live, happened_);
    EXPECT_EQ(live.numbers, from_to(happened_ - 19, happened_));
    end(*quick);
}

TEST_F(FullWatchTest, WhoComesBackWithHisCursorGetsAllThatHeDidNotRead) {
    settings_.inbox.watch_buffer = 100;
    auto idle = watch();
    const auto quick = read_at_once();
    happen(3, 20, quick->heard);
    Heard read;
    read_until(*idle, read, 20);
    happen(100, 20, quick->heard);
    idle->cancel();
    idle.reset();
    const auto again = watch(read.cursor);
    Heard rest;
    read_until(*again, rest, happened_);
    EXPECT_EQ(rest.numbers, from_to(read.last() + 1, happened_)) << "no resync: the log has it all";
    end(*quick);
}

TEST_F(FullWatchTest, WhoNeverReadsIsLetGoOfWhenHeLeaves) {
    settings_.inbox.watch_buffer = 100;
    settings_.inbox.max_watches = 2;
    auto idle = watch();
    const auto quick = read_at_once();
    happen(80, 20, quick->heard);
    const auto is_place = [this] {
        rpc::Metadata meta;
        meta.credential = "boss";
        auto next = transport_.server_stream("guichet.v1.InboxService/Watch", meta, "", {});
        return run(io_, rpc::next<v1::WatchResponse>(*next)).has_value();
    };
    EXPECT_FALSE(is_place());
    idle->cancel();
    idle.reset();
    // His place is free again, though his stream was full to the end.
    wait_for(is_place, "the place of who has left");
    end(*quick);
}

}  // namespace
}  // namespace guichet::test
