#pragma once
// Does one random step after another to the store and to the model, and compares all of both after each.
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "common/store/store.hpp"
#include "tests/model/store/database.hpp"
#include "tests/model/store/model.hpp"
#include "tests/support/redis_server.hpp"

namespace guichet::test::model {

// Small numbers that are read in the light of what there is: so any part of a sequence is a sequence, and a
// failing one can be made smaller.
struct Step {
    int kind = 0, a = 0, b = 0, c = 0, d = 0;
};

class Machine {
  public:
    Machine();

    // An empty store and model.
    void reset();
    // Throws std::runtime_error that tells what differs and every step up to here.
    void run(const Step& step);
    // How often each kind of answer came: a test that never gets there proves nothing.
    const std::map<std::string, int>& counts() const { return counts_; }

  private:
    using Ask = std::function<Answer()>;

    void ingest(const Step& s);
    void triage(const Step& s);
    void claim_next(const Step& s);
    void claim(const Step& s);
    void renew(const Step& s);
    void assign(const Step& s);
    void give(const Step& s);
    void snooze(const Step& s);
    void resolve(const Step& s);
    void reopen(const Step& s);
    void labels(const Step& s);
    void presence(const Step& s);
    void draft(const Step& s);
    void note(const Step& s);
    void send(const Step& s);
    void publish(const Step& s);
    void undo(const Step& s);
    void begin(const Step& s);
    void outcome(const Step& s);
    void settle(const Step& s);
    void look(const Step& s);
    void clock(const Step& s);
    void tick(const Step& s);
    void resume(const Step& s);
    void replay(const Step& s);

    // Compares the answers; keeps a request that can be asked again.
    void expect(const std::string& what, const Answer& model, const Ask& ask, const store::By* by = nullptr);
    void compare();
    [[noreturn]] void fail(const std::string& why) const;

    template <class T>
    Result<T> call(asio::awaitable<Result<T>> work) {
        return test::run(io_, std::move(work));
    }
    redis::Reply command(redis::Command command);
    Picture look_at_database();
    void set_clock(TimeMs now);
    store::By by(const Step& s, const std::string& agent);
    std::string agent(int n) const;
    std::string conversation(int n) const;
    std::string delivery(int n) const;
    // One of those near the n-th that is owned, or in one of the states; the n-th when there is none.
    std::string owned_conversation(int n) const;
    std::string delivery_that_is(const std::vector<std::string>& states, int n) const;
    // The right one, or sometimes an old one.
    std::string epoch(const std::string& conversation, int n) const;
    void adopt_epoch(const Answer& answer);
    void acknowledge(const std::string& service, const std::string& entry);
    // An entry that is not acknowledged, or '' when there is none or when it is to be called without.
    std::string entry_for(const std::string& what, const std::string& item) const;
    const Conversation* find(const std::string& id) const;
    bool any_owned() const;
    bool any_delivery(const std::vector<std::string>& states) const;

    const WorkspaceId brand_{"brand"};
    asio::io_context io_;
    RedisServer server_;
    ManualClock clock_;
    SeededRandom random_{1};
    std::unique_ptr<redis::Client> client_ = server_.client(io_);
    store::Store store_{*client_, random_, clock_};
    std::string prefix_;

    Model model_{"brand"};
    std::vector<std::pair<std::string, Work>> work_;
    // Settled long ago, delivered again.
    std::vector<std::pair<std::string, Work>> old_work_;
    std::vector<std::pair<Ask, Answer>> asked_;
    std::set<std::string> epochs_, published_;
    std::map<std::string, std::int64_t> versions_;
    std::vector<std::string> trace_;
    std::map<std::string, int> counts_;
    int requests_ = 0, made_ = 0;
    bool whole_ = true;
};

// For rapidcheck's report.
std::ostream& operator<<(std::ostream& out, const Step& step);

}  // namespace guichet::test::model
