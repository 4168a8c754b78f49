#pragma once
// One waiting conversation as the functions left it, read back and written again under other names: a queue
// of a million is there within a minute. Logs and counters of the last hour are not written: they are bounded
// anyway.
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/bench/lib/pipe_load.hpp"
#include "tests/bench/lib/world.hpp"

namespace guichet::bench {

class Mould {
  public:
    // Takes a conversation in and waits until it is in the queue.
    explicit Mould(World& world);

    // Copies are due after this, each a millisecond after the one before.
    void after(TimeMs due) { due_ = std::max(due_, due); }
    // The commands that write another one.
    void append_copy(std::string& out);
    // Of one copy; each is answered by one line.
    std::size_t commands() const { return commands_; }

  private:
    // A word of the pattern that is another one in each copy, of the same length.
    struct Name {
        std::string word;
        std::vector<std::size_t> places;
    };

    void take_in();
    void name(std::string word);
    bool names(const std::string& text) const;
    std::vector<std::string> words_of(const test::RedisServer& redis, const std::string& key) const;
    void read_back();
    std::vector<std::string> next_names();

    World& world_;
    // Ids of conversation and contact, when it is due, then its messages, thread and author.
    std::vector<Name> names_;
    std::string pattern_;
    std::size_t commands_ = 0;
    TimeMs due_ = 0;
};

// The answers to one copy.
Answer cut_lines(std::string_view unread, std::size_t lines);

}  // namespace guichet::bench
