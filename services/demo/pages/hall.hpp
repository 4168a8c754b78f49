#pragma once
// What pages show and visitors wish, between the threads of the demonstration.
#include <mutex>
#include <optional>
#include <string>

#include "services/demo/pages/guide.hpp"

namespace guichet::demo {

class Hall {
  public:
    struct Facts {
        CaseFacts known;
        StormFacts storm;
    };
    Facts facts() const;
    void learned(const CaseFacts& known);
    void storm(const StormFacts& storm);

    // A visitor wishes for the storm: false when one is under way.
    bool wish_storm();
    // Whether it was wished for and has not begun; it begins now.
    bool begin_storm();

    // A visitor wishes to sign in: each wish has a link of its own.
    void wish_link();
    bool link_wished() const;
    void link_made(std::string url);
    std::optional<std::string> take_link();

  private:
    mutable std::mutex mutex_;
    Facts facts_;
    int links_wished_ = 0;
    std::optional<std::string> link_;
};

}  // namespace guichet::demo
