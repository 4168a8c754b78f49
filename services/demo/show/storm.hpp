#pragma once
// Many customers at once, bots that answer them, and what is killed meanwhile.
#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "services/demo/show/stage.hpp"

namespace guichet::demo {

struct StormPlan {
    int messages = 600;
    int per_second = 200;
    int bots = 3;
    // When so many have been told: Redis is killed, and later the whole server.
    int kill_redis_at = 200;
    int kill_server_at = 400;
};

struct StormReport {
    int told = 0;
    // In the inbox afterwards.
    int kept = 0;
    // Of the answers that bots were told are accepted: published once, more than once, not at all.
    int answered = 0, published = 0, twice = 0, missing = 0;
    bool holds() const { return told == kept && answered == told && twice == 0 && missing == 0; }
};

class Storm {
  public:
    // `on_progress`: told so many, published so many, what has just happened (or nothing).
    using OnProgress = std::function<void(int told, int published, const std::string& what)>;
    Storm(Stage& stage, Interrupt& interrupt, StormPlan plan, OnProgress on_progress);
    StormReport run();

  private:
    // A customer's words, and the answer that he gets.
    static std::string question(int number);
    void tell(int number);
    void kill_at(int number);
    void answer_until_over();
    bool answer_one(Desk& desk);
    void give_back();
    int published();
    StormReport count();

    Stage& stage_;
    Interrupt& interrupt_;
    StormPlan plan_;
    OnProgress on_progress_;
    std::atomic<bool> over_{false};
    std::atomic<int> told_{0};
    std::mutex mutex_;
    std::set<std::string> answers_;
    // Not of the storm: back to the queue when it is over, or a bot would take it again and again.
    std::vector<v1::Conversation> set_aside_;
};

}  // namespace guichet::demo
