#include "common/obs/json_text.hpp"

#include <array>
#include <cstdio>

#include "common/core/bytes.hpp"

namespace guichet::obs {

void append_json_string(std::string& out, std::string_view text) {
    std::string repaired;
    if (!valid_utf8(text)) {
        repaired = repair_utf8(text);
        text = repaired;
    }
    out += '"';
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
                    std::array<char, 8> code{};
                    std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(c));
                    out += code.data();
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

}  // namespace guichet::obs
