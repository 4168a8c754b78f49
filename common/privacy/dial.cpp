#include "common/privacy/dial.hpp"

namespace guichet::privacy {
namespace {

constexpr std::size_t kLeastDialled = 6;
constexpr std::size_t kMostDialled = 15;

}  // namespace

std::string dial_number(std::string_view text) {
    std::string number;
    std::string plain(text);
    // As written for people at home and abroad: dialled from abroad without the zero.
    if (const auto zero = plain.find("(0)"); zero != std::string::npos) plain.erase(zero, 3);
    for (const char c : plain) {
        if ((c >= '0' && c <= '9') || (c == '+' && number.empty())) {
            number.push_back(c);
        } else if (std::string_view(" ./-()\t").find(c) == std::string_view::npos) {
            return {};
        }
    }
    if (number.starts_with("00")) number.replace(0, 2, "+");
    const auto digits = number.size() - (number.starts_with('+') ? 1 : 0);
    return digits >= kLeastDialled && digits <= kMostDialled ? number : std::string();
}

}  // namespace guichet::privacy
