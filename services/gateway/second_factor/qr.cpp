#include "services/gateway/second_factor/qr.hpp"

#include <memory>
#include <qrencode.h>

namespace guichet::gateway {
namespace {

constexpr int kMargin = 4;

struct FreeCode {
    void operator()(QRcode* code) const { QRcode_free(code); }
};

bool is_dark(const QRcode& code, int x, int y) {
    return (code.data[y * code.width + x] & 1U) != 0;
}

// One rectangle for the dark squares that touch in a row.
void add_row(const QRcode& code, int y, std::string& path) {
    for (int x = 0; x < code.width; ++x) {
        const int from = x;
        while (x < code.width && is_dark(code, x, y)) ++x;
        if (x == from) continue;
        const auto run = std::to_string(x - from);
        path += "M" + std::to_string(from + kMargin) + " " + std::to_string(y + kMargin) + "h" + run +
                "v1h-" + run + "z";
    }
}

}  // namespace

Result<QrCode> qr_code(const std::string& text) {
    const std::unique_ptr<QRcode, FreeCode> code(QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M));
    if (!code) return internal("no QR code can be made of " + std::to_string(text.size()) + " characters");
    QrCode made;
    made.side = code->width + 2 * kMargin;
    for (int y = 0; y < code->width; ++y) add_row(*code, y, made.path);
    return made;
}

}  // namespace guichet::gateway
