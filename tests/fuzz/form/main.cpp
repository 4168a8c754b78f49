// What browsers post: url-encoded and multipart bodies; the first line is the content type.
#include "common/http/headers.hpp"
#include "common/http/multipart.hpp"
#include "common/http/text.hpp"
#include "tests/fuzz/lib/input.hpp"

using namespace guichet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const auto type = input.line();
    const auto body = input.rest();

    http::MultipartLimits limits;
    limits.max_parts = 10;
    limits.max_files = 3;
    limits.max_field_bytes = 256;
    limits.max_file_bytes = 512;
    if (const auto form = http::parse_multipart(type, body, limits)) {
        fuzz::must(form->parts.size() <= limits.max_parts, "parts are within their limit");
        fuzz::must(form->files().size() <= limits.max_files, "files are within their limit");
        for (const auto& part : form->parts) {
            fuzz::must(part.data.size() <= (part.is_file ? limits.max_file_bytes : limits.max_field_bytes),
                       "a part is within its limit");
            fuzz::must(valid_utf8(part.filename), "a file's name is well-formed text");
            fuzz::must(part.filename.find_first_of("/\\") == std::string::npos,
                       "a file's name has no folder");
        }
    }
    if (const auto fields = http::parse_urlencoded(body, 20)) {
        fuzz::must(fields->size() <= 20, "fields are within their limit");
        const auto again = http::parse_urlencoded(http::to_urlencoded(*fields), 20);
        fuzz::must(again && *again == *fields, "fields written are fields read");
    }
    (void)http::parse_url(type);
    const auto decoded = http::percent_decode(http::percent_encode(body));
    fuzz::must(decoded && *decoded == body, "encoding can be undone");
    fuzz::must(http::html_escape(body).find_first_of("<>\"'") == std::string::npos,
               "nothing is left to escape");
    fuzz::must(valid_utf8(http::json_quote(body)), "quoted text is well-formed");
    return 0;
}
