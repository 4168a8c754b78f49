// Places that a client hands back: the first byte says how many fields are expected.
#include "services/inbox/cursor.hpp"
#include "tests/fuzz/lib/input.hpp"

using namespace guichet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const std::size_t count = input.byte() % 8;
    const auto kind = input.line();
    const auto text = input.rest();
    const auto fields = inbox::read_cursor(text, kind, count);
    if (fields) {
        fuzz::must(fields->size() == count && fields->front() == kind,
                   "a cursor is of the kind that was asked");
        fuzz::must(inbox::read_cursor(inbox::make_cursor(*fields), kind, count) == fields,
                   "a cursor written is a cursor read");
    }
    if (const auto bytes = from_base64(text)) {
        fuzz::must(from_base64(base64url(*bytes)) == bytes, "encoding can be undone");
    }
    if (const auto bytes = from_hex(text)) fuzz::must(from_hex(hex(*bytes)) == bytes, "so can digits");
    const auto repaired = repair_utf8(text);
    fuzz::must(valid_utf8(repaired), "repaired text is well-formed");
    fuzz::must(valid_utf8(truncate_utf8(repaired, count)), "text cut is text");
    return 0;
}
