#pragma once
// What Watch delivers, as JSON. An event goes to everybody who watches it, so it is put into words once.
// Pure.
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/core/status.hpp"

namespace guichet::gateway {

// One for each process; io thread.
class WatchJson {
  public:
    // How many events' words are kept: the oldest are forgotten and, if need be, made again.
    explicit WatchJson(std::size_t most = 4096) : most_(most) {}

    // The same text as rpc::bytes_to_json of a WatchResponse. INTERNAL when `bytes` are none.
    Result<std::string> operator()(const std::string& bytes);
    std::size_t kept() const { return words_.size(); }

  private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    const std::string* words_of(std::string_view event);

    const std::size_t most_;
    // By the event's bytes.
    std::unordered_map<std::string, std::string, Hash, std::equal_to<>> words_;
    std::deque<const std::string*> order_;
};

}  // namespace guichet::gateway
