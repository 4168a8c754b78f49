#pragma once
// A text as a QR code (libqrencode). Pure.
#include <string>

#include "common/core/status.hpp"

namespace guichet::gateway {

struct QrCode {
    // The dark squares, as the path of an SVG: "M4 4h7v1h-7z…".
    std::string path;
    // Of the whole square in the path's units, with the margin of four that readers want.
    int side = 0;
};
Result<QrCode> qr_code(const std::string& text);

}  // namespace guichet::gateway
