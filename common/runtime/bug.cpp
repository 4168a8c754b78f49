#include "common/runtime/bug.hpp"

#include <cstdlib>

#include "common/obs/log.hpp"

namespace guichet::runtime {

void bug(std::string_view where, const std::exception_ptr& what) noexcept {
    std::string words = "not a std::exception";
    try {
        if (what) std::rethrow_exception(what);
    } catch (const std::exception& exception) {
        words = exception.what();
    } catch (...) {
    }
    log::error("process.bug", {{"where", where}, {"what", words}});
    log::flush();
    std::abort();
}

}  // namespace guichet::runtime
