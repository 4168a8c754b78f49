#pragma once
// What kind of customer somebody is, in a word or two. Refusals as in store.hpp.
#include <string>
#include <utility>
#include <vector>

#include "common/store/reads.hpp"
#include "common/store/store.hpp"

namespace guichet::store {

inline constexpr int kMostSegments = 200;  // in use in one workspace

// Of a person, by reads().person(): the first that says anything says it. `at` 0: nobody said.
struct Said {
    std::string segment;
    std::string by;
    TimeMs at = 0;
};
Said segment_of(const std::vector<KnownContact>& person);

class Segments {
  public:
    explicit Segments(Store& store) : store_(store), functions_(store.client()) {}

    // Of the person, whichever of his contacts is named; empty: of none. `version` as for a merge.
    // FAILED_PRECONDITION stale_version; RESOURCE_EXHAUSTED too_many. Returns the contact on top.
    asio::awaitable<Result<ContactId>> set(By by, ContactId contact, std::int64_t version,
                                           std::string segment);
    // Each with how many contacts say it, most used first.
    asio::awaitable<Result<std::vector<std::pair<std::string, std::int64_t>>>> in_use(WorkspaceId workspace);

  private:
    Store& store_;
    Functions functions_;
};

}  // namespace guichet::store
