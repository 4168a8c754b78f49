// A configuration file: whatever it says, it is taken or its problems are named; what is taken can be printed
// and loaded again.
#include <sys/mman.h>
#include <unistd.h>

#include "common/config/config.hpp"
#include "tests/fuzz/lib/input.hpp"

using namespace guichet;

namespace {

// A file without a place.
class File {
  public:
    explicit File(const std::string& text) : handle_(memfd_create("guichet.toml", 0)) {
        fuzz::must(
            handle_ >= 0 && write(handle_, text.data(), text.size()) == static_cast<ssize_t>(text.size()),
            "a file in memory can be made");
    }
    ~File() { close(handle_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    std::string path() const { return "/proc/self/fd/" + std::to_string(handle_); }

  private:
    int handle_;
};

config::Loaded load(const std::string& text) {
    const File file(text);
    return config::load({file.path(), {}, {}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::Input(data, size).rest();
    const auto loaded = load(text);
    for (const auto& problem : loaded.problems) {
        fuzz::must(!to_string(problem).empty(), "a problem has words");
    }
    if (!loaded.ok()) return 0;
    const auto printed = config::print_config(loaded.config);
    const auto again = load(printed);
    fuzz::must(again.ok(), "what was printed can be loaded");
    (void)config::print_config(loaded.config, config::PrintFormat::json);
    return 0;
}
