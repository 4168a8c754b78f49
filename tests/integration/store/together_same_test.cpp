// Whatever comes in together leaves what it would have left one by one: answers, keys, work, log.
#include <algorithm>
#include <random>
#include <regex>
#include <set>

#include "tests/integration/store/fixture.hpp"
#include "tests/support/run_together.hpp"

namespace guichet::test {
namespace {

constexpr int kThreads = 4;
constexpr int kBatches = 10;
constexpr int kMostAtOnce = 24;

struct Step {
    bool own = false;
    store::Inbound message;
    store::OwnPost post;
};

// Keys hold a workspace's name and its partition; values ids and times, of which no two are alike.
class Dump {
  public:
    explicit Dump(std::string workspace) : workspace_(std::move(workspace)) {}

    // `width`: how many values belong together; 0: their order counts.
    void add(const std::string& key, const redis::Reply& value, std::size_t width = 0) {
        std::vector<std::string> parts;
        for (std::size_t i = 0; i < value.size(); i += std::max<std::size_t>(width, 1)) {
            std::string part;
            for (std::size_t j = i; j < i + std::max<std::size_t>(width, 1); ++j)
                part += " " + value[j].text();
            parts.push_back(plain(part));
        }
        if (width > 0) std::sort(parts.begin(), parts.end());
        std::string line = plain(key) + " =" + (value.is_array() ? "" : plain(value.text()));
        for (const auto& part : parts) line += part;
        lines_.insert(line);
    }
    std::multiset<std::string> take() { return std::move(lines_); }

  private:
    std::string plain(const std::string& text) const {
        static const std::regex kId("[0-9A-HJKMNP-TV-Z]{26}"), kTime("1[0-9]{12}(-[0-9]+)?"),
            kPartition("\\{p[0-9]+\\}"), kReference("G-[0-9A-Z]+"), kEpoch("ep [0-9]+:[0-9a-f]{16}");
        auto out = std::regex_replace(text, kId, "ID");
        out = std::regex_replace(out, kTime, "TIME");
        out = std::regex_replace(out, kPartition, "{p}");
        out = std::regex_replace(out, kReference, "REF");
        out = std::regex_replace(out, kEpoch, "EPOCH");
        return std::regex_replace(out, std::regex("\\b" + workspace_ + "\\b"), "WS");
    }
    std::string workspace_;
    std::multiset<std::string> lines_;
};

class TogetherSameTest : public StoreTest, public ::testing::WithParamInterface<int> {
  protected:
    TogetherSameTest() : dice_(static_cast<std::uint32_t>(GetParam())) {
        expect(store_.create_workspace(kTogether));
        expect(store_.create_workspace(kAlone));
    }

    int die(int sides) { return static_cast<int>(dice_() % static_cast<std::uint32_t>(sides)); }

    Step step() {
        Step step;
        const auto number = std::to_string(die(60));
        const auto thread = "t" + std::to_string(die(kThreads));
        step.own = die(12) == 0;
        step.post = {kTogether, ChannelId("form"), "own" + number, {}, thread, "we said " + number, "blob"};
        auto& m = step.message;
        m = inbound("m" + number, thread, die(10) == 0 ? "" : "words " + number);
        m.author = "author of " + thread;
        const int kind = die(10);
        if (kind == 0) m.kind = store::Inbound::Kind::edited;
        if (kind == 1) m.kind = store::Inbound::Kind::deleted;
        if (die(2) == 0) m.raw = "raw " + number;
        if (die(8) == 0) m.marks = {{"order", false, "o" + number}};
        // One thread lies below a page's, one begins among customers.
        m.is_public = thread == "t1" || thread == "t2";
        if (thread == "t1") m.parent_thread = "post";
        if (thread == "t2") m.among_customers = die(2) == 0;
        return step;
    }

    boost::asio::awaitable<Result<std::string>> store_one(Step step, WorkspaceId workspace) {
        if (step.own) {
            step.post.workspace = workspace;
            co_return co_await store_.own_post(std::move(step.post));
        }
        step.message.workspace = workspace;
        auto stored = co_await store_.ingest(std::move(step.message));
        if (!stored) co_return stored.error();
        co_return std::to_string(static_cast<int>(stored->outcome)) + " at " + std::to_string(stored->seq);
    }

    std::vector<std::string> answers(std::vector<Result<std::string>> results) {
        std::vector<std::string> all;
        all.reserve(results.size());
        for (const auto& one : results) all.push_back(one ? *one : to_string(one.error()));
        return all;
    }
    std::vector<std::string> together(const std::vector<Step>& steps) {
        std::vector<boost::asio::awaitable<Result<std::string>>> work;
        work.reserve(steps.size());
        for (const auto& step : steps) work.push_back(store_one(step, kTogether));
        return answers(run_together(io_, std::move(work)));
    }
    std::vector<std::string> one_by_one(const std::vector<Step>& steps) {
        std::vector<Result<std::string>> results;
        results.reserve(steps.size());
        for (const auto& step : steps) results.push_back(run(io_, store_one(step, kAlone)));
        return answers(std::move(results));
    }

    // Somebody takes a thread's conversation, or ends it, in both.
    void work_on(const std::string& thread) {
        const bool take = die(2) == 0;
        for (const auto& workspace : {kTogether, kAlone}) {
            const auto keys =
                server_.command(redis::Command("KEYS", "*:" + workspace.str() + ":t:form:" + thread));
            if (keys.size() == 0) continue;
            const ConversationId id(server_.command(redis::Command("GET", keys[0].text())).text());
            const store::By bob{workspace, "bob", {}, "*"};
            auto claimed = run(io_, store_.claim(bob, id, std::chrono::seconds(60), 50));
            if (claimed && !take) {
                store::Resolution resolution;
                resolution.conversation = id;
                resolution.epoch = claimed->epoch;
                resolution.outcome = "solved";
                (void)run(io_, store_.resolve(bob, resolution));
            }
        }
    }

    void add_key(Dump& dump, const std::string& key) {
        const auto type = server_.command(redis::Command("TYPE", key)).text();
        if (type == "string") dump.add(key, server_.command(redis::Command("GET", key)));
        if (type == "list") dump.add(key, server_.command(redis::Command("LRANGE", key, "0", "-1")));
        if (type == "zset") dump.add(key, server_.command(redis::Command("ZRANGE", key, "0", "-1")), 1);
        if (type == "hash") dump.add(key, server_.command(redis::Command("HGETALL", key)), 2);
    }

    std::multiset<std::string> everything(const WorkspaceId& workspace) {
        Dump dump(workspace.str());
        const auto keys = server_.command(redis::Command("KEYS", "{p*:" + workspace.str() + ":*"));
        for (std::size_t i = 0; i < keys.size(); ++i) add_key(dump, keys[i].text());
        for (const char* stream : {"events", "raw", "work:routing", "work:escalation"}) {
            const auto found = server_.command(redis::Command("KEYS", std::string("{p*:") + stream));
            for (std::size_t i = 0; i < found.size(); ++i)
                add_stream(dump, stream, found[i].text(), workspace);
        }
        return dump.take();
    }
    void add_stream(Dump& dump, const std::string& name, const std::string& key,
                    const WorkspaceId& workspace) {
        const auto entries = server_.command(redis::Command("XRANGE", key, "-", "+"));
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const auto& fields = entries[i][1];
            for (std::size_t f = 0; f + 1 < fields.size(); f += 2) {
                if (fields[f].text() == "w" && fields[f + 1].text() == workspace.str())
                    dump.add(name, fields);
            }
        }
    }

    static std::vector<std::string> only_in(const std::multiset<std::string>& one,
                                            const std::multiset<std::string>& other) {
        std::vector<std::string> rest;
        std::set_difference(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(rest));
        return rest;
    }

    const WorkspaceId kTogether{"abreast"}, kAlone{"single"};
    std::mt19937 dice_;
};

TEST_P(TogetherSameTest, AsOneByOne) {
    for (int batch = 0; batch < kBatches; ++batch) {
        std::vector<Step> steps;
        for (int i = 1 + die(kMostAtOnce); i > 0; --i) steps.push_back(step());
        ASSERT_EQ(together(steps), one_by_one(steps)) << "batch " << batch;
        const auto one = everything(kTogether), other = everything(kAlone);
        ASSERT_EQ(only_in(one, other), std::vector<std::string>{}) << "batch " << batch;
        ASSERT_EQ(only_in(other, one), std::vector<std::string>{}) << "batch " << batch;
        work_on("t" + std::to_string(die(kThreads)));
    }
    EXPECT_GT(everything(kTogether).size(), 100U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, TogetherSameTest, ::testing::Range(1, 13));

}  // namespace
}  // namespace guichet::test
