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
    std::vector<NamedCall> calls;
    std::vector<Result<Row>> answers;
    runtime::Event answered;
};

Together::Together(Functions& functions) : functions_(functions), open_(std::make_shared<Open>()) {}

asio::awaitable<Result<Row>> Together::call(std::string prefix, std::string name, Row arguments) {
    auto& open = (*open_)[prefix];
    const bool fresh = !open || open->calls.size() == kMost;
    if (fresh) open = std::make_shared<Lot>();
    const auto lot = open;
    const auto place = lot->calls.size();
    lot->calls.push_back({std::move(name), std::move(arguments)});
    if (fresh) {
        const auto executor = co_await asio::this_coro::executor;
        runtime::spawn(executor, "store.together", send(&functions_, std::move(prefix), lot, open_));
    }
    const auto answered = [&lot] { return !lot->answers.empty(); };
    const bool told = co_await lot->answered.wait_for(answered, kAnotherWait);
    if (!told) co_return make_status(Code::deadline_exceeded, "Redis did not answer");
    co_return std::move(lot->answers[place]);
}

asio::awaitable<void> Together::send(Functions* functions, std::string prefix, std::shared_ptr<Lot> lot,
                                     std::weak_ptr<Open> open) {
    // Whoever is ready now comes along.
    co_await asio::post(asio::use_awaitable);
    if (const auto lots = open.lock()) {
        const auto found = lots->find(prefix);
        if (found != lots->end() && found->second == lot) lots->erase(found);
    }
    lot->answers = co_await functions->call_many(std::move(prefix), std::move(lot->calls));
    lot->answered.notify_all();
}

}  // namespace guichet::store
