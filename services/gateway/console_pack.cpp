#include "services/gateway/console_pack.hpp"

#include <array>
#include <cstdint>
#include <optional>

#include "common/core/bytes.hpp"
#include "common/http/text.hpp"

// Defined in the generated console_bytes.cpp, by the assembler's .incbin.
extern "C" {
extern const char guichet_console_begin[];
extern const char guichet_console_end[];
}

namespace guichet::gateway {
namespace {

constexpr std::string_view kMagic = "GCP1";
constexpr std::size_t kLengthBytes = 4;

class PackReader {
  public:
    explicit PackReader(std::string_view bytes) : rest_(bytes) {}

    std::optional<std::uint32_t> number() {
        if (rest_.size() < kLengthBytes) return std::nullopt;
        std::uint32_t value = 0;
        for (std::size_t i = kLengthBytes; i-- > 0;)
            value = (value << 8) | static_cast<unsigned char>(rest_[i]);
        rest_.remove_prefix(kLengthBytes);
        return value;
    }

    std::optional<std::string_view> field() {
        const auto length = number();
        if (!length || *length > rest_.size()) return std::nullopt;
        const auto bytes = rest_.substr(0, *length);
        rest_.remove_prefix(*length);
        return bytes;
    }

    bool at_end() const { return rest_.empty(); }

  private:
    std::string_view rest_;
};

SharedBytes shared(std::string_view bytes) {
    return std::make_shared<const std::string>(bytes);
}

Status no_pack() {
    return make_status(Code::internal, "the console's files within this executable cannot be read");
}

// "gzip;q=0" refuses; any other weight takes.
bool takes(std::string_view accept_encoding, std::string_view wanted) {
    while (!accept_encoding.empty()) {
        const auto comma = accept_encoding.find(',');
        auto item = http::trim(accept_encoding.substr(0, comma));
        accept_encoding =
            comma == std::string_view::npos ? std::string_view{} : accept_encoding.substr(comma + 1);
        const auto semicolon = item.find(';');
        if (http::trim(item.substr(0, semicolon)) != wanted) continue;
        if (semicolon == std::string_view::npos) return true;
        const auto weight = http::trim(item.substr(semicolon + 1));
        return weight.find_first_not_of("q=0.") != std::string_view::npos;
    }
    return false;
}

}  // namespace

Result<ConsoleFiles> read_console_pack(std::string_view bytes) {
    ConsoleFiles files;
    if (bytes.empty()) return files;
    if (!bytes.starts_with(kMagic)) return no_pack();
    PackReader reader(bytes.substr(kMagic.size()));
    const auto count = reader.number();
    if (!count) return no_pack();
    for (std::uint32_t i = 0; i < *count; ++i) {
        std::array<std::string_view, 5> fields;
        for (auto& field : fields) {
            const auto read = reader.field();
            if (!read) return no_pack();
            field = *read;
        }
        const auto [name, type, plain, gzip, brotli] = fields;
        auto& file = files[std::string(name)];
        file.type = type;
        file.plain = shared(plain);
        if (!gzip.empty()) file.gzip = shared(gzip);
        if (!brotli.empty()) file.brotli = shared(brotli);
        file.hash = hex(sha256(plain)).substr(0, 16);
    }
    if (!reader.at_end()) return no_pack();
    return files;
}

ChosenForm choose_form(const ConsoleFile& file, std::string_view accept_encoding) {
    if (file.brotli && takes(accept_encoding, "br")) return {file.brotli, "br"};
    if (file.gzip && takes(accept_encoding, "gzip")) return {file.gzip, "gzip"};
    return {file.plain, ""};
}

const ConsoleFiles& console_files() {
    static const ConsoleFiles kFiles = [] {
        const std::string_view bytes(guichet_console_begin,
                                     static_cast<std::size_t>(guichet_console_end - guichet_console_begin));
        auto files = read_console_pack(bytes);
        return files ? std::move(*files) : ConsoleFiles{};
    }();
    return kFiles;
}

}  // namespace guichet::gateway
