// The custom channel's JSON.
#include "common/channels/custom/parse.hpp"
#include "tests/fuzz/lib/input.hpp"

using namespace guichet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto body = fuzz::Input(data, size).rest();
    constexpr std::size_t kMost = 20;
    if (const auto messages = channels::parse_messages(body, kMost)) {
        fuzz::must(messages->size() <= kMost, "messages are within their limit");
        for (const auto& message : *messages) fuzz::must_travel(message);
    }
    (void)channels::parse_time(body);
    return 0;
}
