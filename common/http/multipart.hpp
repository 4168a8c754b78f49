#pragma once
// multipart/form-data (RFC 7578) out of a body that is already in memory and bounded by its route. Pure.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/status.hpp"

namespace guichet::http {

struct MultipartLimits {
    std::size_t max_parts = 100;
    std::size_t max_files = 5;
    std::size_t max_field_bytes = 64 * 1024;
    std::size_t max_file_bytes = 10 * 1024 * 1024;
    std::size_t max_part_header_bytes = 4 * 1024;
};

struct MultipartPart {
    std::string name;
    bool is_file = false;
    // The last path component only, well-formed UTF-8, without control characters; may be empty.
    std::string filename;
    // Lower case without parameters; "text/plain" when the part names none. Told by the client: do not trust
    // it.
    std::string content_type;
    std::string data;
};

struct MultipartForm {
    std::vector<MultipartPart> parts;
    // The first field (not file) of that name; "" when absent.
    std::string_view field(std::string_view name) const;
    std::vector<const MultipartPart*> files() const;
};

// `content_type` is the request's whole Content-Type value. An unused file input (empty name, no bytes) is
// left out. Fails with invalid_argument (ill-formed) or resource_exhausted (above a limit).
Result<MultipartForm> parse_multipart(std::string_view content_type, std::string_view body,
                                      const MultipartLimits& limits = {});

// The value of a parameter in "type; name=value; other=\"quoted\"" (also for Content-Disposition).
std::string header_parameter(std::string_view value, std::string_view name);

}  // namespace guichet::http
