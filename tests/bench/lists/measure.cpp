#include "tests/bench/lists/measure.hpp"

#include <algorithm>
#include <stdexcept>

#include "common/store/records.hpp"
#include "guichet/v1/inbox.pb.h"
#include "services/inbox/sqlite_archive.hpp"
#include "tests/bench/lib/fill.hpp"
#include "tests/bench/lib/world.hpp"
#include "tests/support/wait.hpp"

namespace guichet::bench {
namespace {

using namespace std::chrono_literals;

constexpr char kList[] = "guichet.v1.InboxService/ListConversations";
constexpr char kStats[] = "guichet.v1.InboxService/Stats";
constexpr double kMostMs = 20;
constexpr int kPage = 50;
// In each turn; of the label that the past is asked for there is one in ten.
constexpr int kLooks = 100;
constexpr int kOwned = 200;
constexpr long kBatch = 5'000;
constexpr int kLabels = 10;
// Between two resolved conversations.
constexpr TimeMs kApart = 1'000;

template <class T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error(to_string(result.error()));
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

inbox::IndexRow row_of(v1::ConversationState state, long number, TimeMs at) {
    inbox::IndexRow row;
    row.workspace = "main";
    auto& conversation = row.conversation;
    conversation.set_id(make_ulid(at, test::system_random()));
    conversation.set_version(7);
    conversation.set_state(state);
    conversation.set_channel(kChannel);
    conversation.set_team("care");
    conversation.set_visibility(v1::VISIBILITY_PRIVATE);
    conversation.add_labels("label" + std::to_string(number % kLabels));
    store::set_time(conversation.mutable_updated_at(), at);
    return row;
}

void write_rows(inbox::SqliteArchive& archive, v1::ConversationState state, long count) {
    const auto now = test::system_clock().now();
    for (long done = 0; done < count;) {
        inbox::Batch batch;
        for (const long end = std::min(count, done + kBatch); done < end; ++done) {
            batch.conversations.push_back(row_of(state, done, now - (count - done) * kApart));
        }
        must(archive.write(batch));
    }
}

// What waits was seen by the archiver when it came: its rows stand between those that are looked for.
void write_archive(const std::string& path, const ListsPlan& plan) {
    inbox::SqliteArchive archive(path);
    must(archive.open());
    write_rows(archive, v1::CONVERSATION_STATE_RESOLVED, plan.archived);
    write_rows(archive, v1::CONVERSATION_STATE_WAITING, plan.waiting);
}

class Looker {
  public:
    Looker(World& world, v1::ConversationFilter filter, std::string name)
        : world_(world), filter_(std::move(filter)), name_(std::move(name)) {}

    void turn() {
        std::vector<double> first, next;
        for (int i = 0; i < kLooks; ++i) {
            const auto page = look("", first);
            if (page.conversations_size() != kPage || page.next_cursor().empty()) {
                throw std::runtime_error(
                    name_ + ": the first page is short: " + std::to_string(page.conversations_size()));
            }
            if (look(page.next_cursor(), next).conversations_size() != kPage) {
                throw std::runtime_error(name_ + ": the next page is short");
            }
        }
        first_.push_back(quantile(first, 0.99));
        next_.push_back(quantile(next, 0.99));
    }

    void tell(Report& report, const std::string& of) const {
        report.add({of, name_ + ": first page, p99", "ms", interval(first_), first_.size(), {}, kMostMs});
        report.add({of, name_ + ": next page, p99", "ms", interval(next_), next_.size(), {}, kMostMs});
    }

    // What was only to warm up.
    void forget() {
        first_.clear();
        next_.clear();
    }

  private:
    v1::ListConversationsResponse look(const std::string& cursor, std::vector<double>& took) {
        v1::ListConversationsRequest request;
        *request.mutable_filter() = filter_;
        request.set_page_size(kPage);
        request.set_cursor(cursor);
        const rpc::Metadata meta{world_.agent_tokens.front(), {}, {}};
        const auto begin = test::system_clock().steady();
        auto page = must(test::run(
            world_.io, rpc::call<v1::ListConversationsResponse>(*world_.transport, kList, request, meta, 30s),
            40s));
        took.push_back(
            std::chrono::duration<double, std::milli>(test::system_clock().steady() - begin).count());
        return page;
    }

    World& world_;
    v1::ConversationFilter filter_;
    std::string name_;
    std::vector<double> first_, next_;
};

void own_some(World& world) {
    for (int i = 0; i < kOwned; ++i) {
        store::By by{world.workspace, "agent0", {}, "*"};
        by.request = make_ulid(test::system_clock().now(), test::system_random());
        store::ClaimNext what;
        what.capacity = kOwned;
        auto claimed = test::run(world.io, world.store.claim_next(std::move(by), std::move(what)));
        if (!claimed || !*claimed) throw std::runtime_error("nothing can be claimed");
    }
}

// The index knows what was claimed last.
void wait_for_archiver(World& world) {
    const rpc::Metadata meta{world.agent_tokens.front(), {}, {}};
    const auto caught_up = [&] {
        auto stats = must(test::run(
            world.io, rpc::call<v1::StatsResponse>(*world.transport, kStats, v1::StatsRequest(), meta, 30s),
            40s));
        return stats.states().count("owned") > 0 && stats.states().at("owned") >= kOwned;
    };
    if (!test::wait_until(caught_up, 1'200s)) throw std::runtime_error("the archiver does not catch up");
}

std::vector<Looker> lookers(World& world) {
    v1::ConversationFilter queue, mine, past;
    queue.add_states(v1::CONVERSATION_STATE_WAITING);
    queue.add_teams("care");
    mine.add_states(v1::CONVERSATION_STATE_OWNED);
    mine.add_owners("me");
    past.add_states(v1::CONVERSATION_STATE_RESOLVED);
    past.add_labels("label3");
    return {{world, queue, "the queue"}, {world, mine, "mine"}, {world, past, "the past"}};
}

}  // namespace

void measure_lists(const ListsPlan& plan, Report& report) {
    const test::TempDir data;
    write_archive(data / "archive.sqlite", plan);
    World world(plan.binary, "everysec", "all", 1, data.path().string());
    world.messages_each = 1;
    fill_fast(world, plan.waiting);
    own_some(world);
    wait_for_archiver(world);
    auto lists = lookers(world);
    for (int round = 0; round <= plan.rounds; ++round) {
        for (auto& list : lists) {
            list.turn();
            if (round == 0) list.forget();
        }
    }
    const auto of =
        "lists, " + std::to_string(plan.waiting) + " waiting, " + std::to_string(plan.archived) + " archived";
    for (const auto& list : lists) list.tell(report, of);
}

}  // namespace guichet::bench
