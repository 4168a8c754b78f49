#pragma once
// One keep-alive connection that posts one customer's messages to one page, in order.
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/lib/world.hpp"

namespace guichet::bench {

class Line {
  public:
    Line(World& world, int number, int page);
    ~Line();
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    int fd() const { return fd_; }
    int page() const { return page_; }
    // Whatever is still unanswered before it. `due`: when it should have been posted. True when that opened
    // a connection, whose fd() is another one than before.
    bool post(std::chrono::nanoseconds due);
    // Reads what is there; throws on an answer that is not "stored". The server may end a connection that
    // has been idle.
    void receive();
    std::size_t unanswered() const { return due_.size() - answered_; }
    // Of the message that is `seq` in the customer's conversation, from 1; nothing below zero when there is
    // none.
    std::chrono::nanoseconds due(std::int64_t seq) const;

  private:
    void close();

    World& world_;
    int number_;
    int page_;
    int fd_ = -1;
    std::vector<std::chrono::nanoseconds> due_;
    std::size_t answered_ = 0;
    std::string unread_;
};

}  // namespace guichet::bench
