#pragma once
// Typed ids. On the wire and in Redis all are opaque strings; in C++ they do not mix.
// Ids that Guichet makes are ULIDs: 26 characters of Crockford base 32, sortable by creation time.
#include <compare>
#include <functional>
#include <string>
#include <utility>

#include "common/core/clock.hpp"
#include "common/core/random.hpp"

namespace guichet {

template <class Tag>
class Id {
  public:
    Id() = default;
    explicit Id(std::string text) : text_(std::move(text)) {}
    const std::string& str() const { return text_; }
    bool empty() const { return text_.empty(); }
    auto operator<=>(const Id&) const = default;

  private:
    std::string text_;
};

using WorkspaceId = Id<struct WorkspaceTag>;
using ConversationId = Id<struct ConversationTag>;
using ContactId = Id<struct ContactTag>;
using AgentId = Id<struct AgentTag>;
using TeamId = Id<struct TeamTag>;
using ChannelId = Id<struct ChannelTag>;
using DeliveryId = Id<struct DeliveryTag>;
using EscalationId = Id<struct EscalationTag>;

// 48 bits of milliseconds, 80 random bits.
std::string make_ulid(TimeMs now, Random& random);

// True when `text` can be an id given by a caller: 1 to 128 characters of [A-Za-z0-9._:@+-].
bool valid_id(const std::string& text);

}  // namespace guichet

template <class Tag>
struct std::hash<guichet::Id<Tag>> {
    std::size_t operator()(const guichet::Id<Tag>& id) const { return std::hash<std::string>{}(id.str()); }
};
