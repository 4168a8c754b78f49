#pragma once
#include <exception>

#include "common/runtime/bug.hpp"

namespace guichet::runtime {

// What co_spawn calls at the end of a coroutine that nobody waits for: an exception is a bug. Cheaper than
// spawn() (task.hpp), for coroutines that are started by the thousand or need no handle. `where` must live
// on.
struct OrBug {
    const char* where;
    void operator()(const std::exception_ptr& what) const {
        if (what) bug(where, what);
    }
};

inline OrBug or_bug(const char* where) {
    return {where};
}

}  // namespace guichet::runtime
