#pragma once
// An event of the log, decoded once for all who read it.
#include <memory>
#include <string>

#include "common/streams/entry.hpp"
#include "guichet/v1/events.pb.h"

namespace guichet::inbox {

struct LoggedEvent {
    streams::EntryId id;
    std::string workspace;
    v1::Event event;

    // With its cursor in this incarnation of the log; made when the first watcher sends it. Io thread.
    const v1::Event& within(const std::string& incarnation) const;

  private:
    mutable std::string incarnation_;
    mutable v1::Event sent_;
};
using LoggedEventPtr = std::shared_ptr<const LoggedEvent>;

// From a stream's entry.
LoggedEventPtr to_logged(const streams::Entry& entry);
// Where a watch of this incarnation goes on after `id`.
std::string watch_cursor(const std::string& incarnation, const streams::EntryId& id);

}  // namespace guichet::inbox
