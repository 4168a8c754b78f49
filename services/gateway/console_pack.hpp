#pragma once
// The console's files as console/scripts/pack.mjs packs them, and which of a file's forms a browser is given.
// Pure.
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/core/status.hpp"

namespace guichet::gateway {

using SharedBytes = std::shared_ptr<const std::string>;

struct ConsoleFile {
    std::string type;
    SharedBytes plain;
    // Null where compressing does not pay.
    SharedBytes gzip;
    SharedBytes brotli;
    // Of the plain bytes: 16 hexadecimal digits.
    std::string hash;
};
using ConsoleFiles = std::map<std::string, ConsoleFile, std::less<>>;

// No bytes, no files: an executable that was built without the console. INTERNAL when the bytes are no pack.
Result<ConsoleFiles> read_console_pack(std::string_view bytes);

struct ChosenForm {
    SharedBytes bytes;
    // "" for the plain one.
    const char* encoding = "";
};
// By a request's Accept-Encoding; what it names with q=0 is not taken.
ChosenForm choose_form(const ConsoleFile& file, std::string_view accept_encoding);

// The files within this executable; read at the first call.
const ConsoleFiles& console_files();

}  // namespace guichet::gateway
