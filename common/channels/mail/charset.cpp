#include "common/channels/mail/charset.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iconv.h>

#include "common/core/bytes.hpp"
#include "common/http/headers.hpp"

namespace guichet::channels::mail {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";
constexpr std::size_t kMaxCharsetName = 40;

// iconv takes more than names ("//IGNORE", paths of modules): only a plain name gets there.
bool plain_name(std::string_view name) {
    return !name.empty() && name.size() <= kMaxCharsetName &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.' || c == ':' || c == '+';
           });
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(),
                       [name](std::string_view one) { return http::iequals(name, one); });
}

class Converter {
  public:
    explicit Converter(const char* charset) : handle_(iconv_open("UTF-8", charset)) {}
    ~Converter() {
        if (good()) iconv_close(handle_);
    }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    // iconv_open answers (iconv_t)-1.
    bool good() const { return reinterpret_cast<std::intptr_t>(handle_) != -1; }

    std::string run(std::string_view bytes) {
        std::string text;
        std::array<char, 4096> space;
        auto* in = const_cast<char*>(bytes.data());
        std::size_t left = bytes.size();
        while (left > 0) {
            auto* out = space.data();
            std::size_t room = space.size();
            const auto done = iconv(handle_, &in, &left, &out, &room);
            const int failure = done == static_cast<std::size_t>(-1) ? errno : 0;
            text.append(space.data(), space.size() - room);
            if (failure == 0 || failure == E2BIG) continue;
            text += kReplacement;
            // EINVAL: a sequence that the end cuts off.
            if (failure != EILSEQ) break;
            ++in;
            --left;
            iconv(handle_, nullptr, nullptr, nullptr, nullptr);
        }
        return text;
    }

  private:
    iconv_t handle_;
};

std::string convert(std::string_view bytes, const char* charset) {
    Converter converter(charset);
    return repair_utf8(converter.good() ? converter.run(bytes) : std::string(bytes));
}

}  // namespace

std::string to_utf8(std::string_view bytes, std::string_view charset) {
    if (is_one_of(charset, {"utf-8", "utf8", "unicode-1-1-utf-8"})) return repair_utf8(bytes);
    const bool western = is_one_of(charset, {"us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252"});
    // Many say "ascii" and write UTF-8; real windows-1252 is hardly ever well-formed UTF-8 by chance.
    const bool unsure = !plain_name(charset) || is_one_of(charset, {"us-ascii", "ascii", "unknown-8bit"});
    if (unsure && valid_utf8(bytes)) return std::string(bytes);
    if (unsure || western) return convert(bytes, "WINDOWS-1252");
    const std::string name(charset);
    if (Converter(name.c_str()).good()) return convert(bytes, name.c_str());
    return valid_utf8(bytes) ? std::string(bytes) : convert(bytes, "WINDOWS-1252");
}

}  // namespace guichet::channels::mail
