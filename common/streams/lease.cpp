#include "common/streams/lease.hpp"

#include <algorithm>
#include <set>

namespace guichet::streams {

std::vector<std::string> predecessors(const std::vector<std::string>& members, const std::string& self) {
    std::vector<std::string> dead;
    if (!self.starts_with(kSoleMember)) return dead;
    for (const std::string& member : members) {
        if (member != self && member.starts_with(kSoleMember)) dead.push_back(member);
    }
    return dead;
}

LeasePlan plan_leases(const LeaseView& view, const std::string& self, int partitions) {
    std::set<std::string> members(view.members.begin(), view.members.end());
    members.insert(self);
    auto rank = static_cast<int>(std::distance(members.begin(), members.find(self)));
    auto count = static_cast<int>(members.size());
    int quota = partitions / count + (rank < partitions % count ? 1 : 0);

    std::vector<int> mine;
    std::set<int> taken;
    for (const Lease& lease : view.leases) {
        if (lease.holder.empty() || lease.partition < 0 || lease.partition >= partitions) continue;
        taken.insert(lease.partition);
        if (lease.holder == self) mine.push_back(lease.partition);
    }
    std::sort(mine.begin(), mine.end());

    LeasePlan plan;
    auto held = static_cast<int>(mine.size());
    if (held > quota) plan.release.assign(mine.begin() + quota, mine.end());
    // Members look from different places, so that they seldom reach for the same one.
    int start = rank * partitions / count;
    for (int i = 0; i < partitions && held + static_cast<int>(plan.acquire.size()) < quota; ++i) {
        int partition = (start + i) % partitions;
        if (!taken.contains(partition)) plan.acquire.push_back(partition);
    }
    return plan;
}

}  // namespace guichet::streams
