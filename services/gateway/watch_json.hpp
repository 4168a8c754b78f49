#pragma once
// What Watch delivers, as JSON. An event goes to everybody who watches it, so it is put into words once; so
// is what leaves for many at the same time. Pure.
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/core/status.hpp"

namespace guichet::gateway {

// One for each process; io thread.
class WatchJson {
  public:
    using Text = std::shared_ptr<const std::string>;

    // How many events' words are kept: the oldest are forgotten and, if need be, made again.
    explicit WatchJson(std::size_t most = 4096) : most_(most) {}

    // The same text as rpc::bytes_to_json of a WatchResponse, shared with all who got the same of late.
    // INTERNAL when `bytes` are none.
    Result<Text> operator()(const std::string& bytes);
    std::size_t kept() const { return words_.size(); }

  private:
    // So many whole messages: those of one moment, when nearly all who watch are equally far.
    static constexpr std::size_t kMostWhole = 64;
    struct Whole {
        std::size_t hash = 0;
        std::string bytes;
        Text text;
    };
    Result<std::string> put_together(const std::string& bytes);
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    const std::string* words_of(std::string_view event);

    const std::size_t most_;
    // By the event's bytes.
    std::unordered_map<std::string, std::string, Hash, std::equal_to<>> words_;
    std::deque<const std::string*> order_;
    // The last ones come first.
    std::deque<Whole> whole_;
};

}  // namespace guichet::gateway
