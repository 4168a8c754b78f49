#include "common/store/together.hpp"

#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/runtime/event.hpp"
#include "common/runtime/task.hpp"

namespace guichet::store {
namespace {

// The client's own deadlines end every call long before.
constexpr std::chrono::seconds kAnotherWait{60};

}  // namespace

struct Together::Lot {
    std::uint64_t number = 0;
    std::vector<NamedCall> calls;
    std::vector<Result<Row>> answers;
    runtime::Event answered;
};

struct Together::Way {
    // Takes calls, and is full or leaves at any time.
    std::shared_ptr<Lot> open;
    std::uint64_t made = 0, left = 0;
    std::size_t on_their_way = 0;
    runtime::Event changed;

    bool may_leave(const Lot& lot) const {
        return lot.number == left && (on_their_way < kOnTheirWay || lot.calls.size() == kMost);
    }
};

Together::Together(Functions& functions) : functions_(functions) {}

asio::awaitable<Result<Row>> Together::call(std::string prefix, std::string name, Row arguments) {
    auto& way = ways_[prefix];
    if (!way) way = std::make_shared<Way>();
    const bool fresh = !way->open || way->open->calls.size() == kMost;
    if (fresh) {
        way->open = std::make_shared<Lot>();
        way->open->number = way->made++;
    }
    const auto lot = way->open;
    const auto place = lot->calls.size();
    lot->calls.push_back({std::move(name), std::move(arguments)});
    if (lot->calls.size() == kMost) way->changed.notify_all();
    if (fresh) {
        const auto executor = co_await asio::this_coro::executor;
        runtime::spawn(executor, "store.together", send(&functions_, std::move(prefix), lot, way));
    }
    const auto answered = [&lot] { return !lot->answers.empty(); };
    const bool told = co_await lot->answered.wait_for(answered, kAnotherWait);
    if (!told) co_return make_status(Code::deadline_exceeded, "Redis did not answer");
    co_return std::move(lot->answers[place]);
}

asio::awaitable<void> Together::send(Functions* functions, std::string prefix, std::shared_ptr<Lot> lot,
                                     std::shared_ptr<Way> way) {
    // Whoever is ready now comes along.
    co_await asio::post(asio::use_awaitable);
    const auto may_leave = [&] { return way->may_leave(*lot); };
    (void)co_await way->changed.wait_for(may_leave, kAnotherWait);
    if (way->open == lot) way->open.reset();
    ++way->left;
    ++way->on_their_way;
    // The one behind it may be full already.
    way->changed.notify_all();
    lot->answers = co_await functions->call_many(std::move(prefix), std::move(lot->calls));
    --way->on_their_way;
    way->changed.notify_all();
    lot->answered.notify_all();
}

}  // namespace guichet::store
