#pragma once
// Watchers over the WebSocket.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/lib/frames.hpp"
#include "tests/bench/lib/world.hpp"

namespace guichet::bench {

class Screens {
  public:
    // `page`: -1 where it matches all.
    struct Screen {
        int fd = -1;
        int page = -1;
        std::string unread;
        // The server speaks first; from then on nothing is missed.
        bool watching = false;
    };

    explicit Screens(World& world) : world_(world) {}
    ~Screens();
    Screens(const Screens&) = delete;
    Screens& operator=(const Screens&) = delete;

    // Blocks until it watches.
    void open(int page);
    std::size_t size() const { return screens_.size(); }
    const Screen& at(std::size_t index) const { return screens_[index]; }
    // Reads what is there; throws when the server ends the watch.
    void receive(std::size_t index, const std::function<void(const Screen&, const Sight&)>& seen);
    // How often a watcher was told that it missed something.
    long resyncs() const { return resyncs_; }

  private:
    bool read_some(Screen& screen, int flags);
    void shake_hands(Screen& screen, const std::string& token);

    World& world_;
    std::vector<Screen> screens_;
    long resyncs_ = 0;
};

}  // namespace guichet::bench
