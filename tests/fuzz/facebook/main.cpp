// A Page's webhook, whole and cut by page.
#include "common/channels/facebook/parse.hpp"
#include "common/channels/facebook/split.hpp"
#include "tests/fuzz/lib/input.hpp"

using namespace guichet;
using namespace guichet::channels;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto body = fuzz::Input(data, size).rest();
    const facebook::Page own{"1067280970047460", "The Shop"};
    const auto whole = facebook::parse_webhook(own, body);
    if (whole) {
        fuzz::must(whole->size() <= facebook::kMaxUpdates, "updates are within their limit");
        for (const auto& event : *whole) {
            fuzz::must_travel(event.message);
            fuzz::must(valid_utf8(event.account + event.delivery + event.error), "what is told is text");
        }
    }
    const auto parts = facebook::split_webhook(body);
    if (!parts) return 0;
    std::size_t events = 0;
    bool readable = true;
    for (const auto& part : *parts) {
        const auto read = facebook::parse_webhook(own, part.body);
        readable = readable && read;
        if (read) events += read->size();
    }
    if (whole && readable) fuzz::must(events == whole->size(), "cut by page, nothing is lost nor doubled");
    if (whole) fuzz::must(readable, "what is readable whole is readable in parts");
    return 0;
}
