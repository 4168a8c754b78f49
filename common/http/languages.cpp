#include "common/http/languages.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "common/http/text.hpp"

namespace guichet::http {
namespace {

constexpr std::size_t kMostRead = 500;

double weight_of(std::string_view parameter) {
    if (parameter.substr(0, 2) != "q=") return 1;
    return std::strtod(std::string(parameter.substr(2)).c_str(), nullptr);
}

}  // namespace

std::vector<std::string_view> wanted_languages(std::string_view field) {
    std::vector<std::pair<double, std::string_view>> found;
    for (const auto piece : split(field.substr(0, kMostRead), ',')) {
        const auto semicolon = piece.find(';');
        const auto tag = trim(piece.substr(0, semicolon));
        const double weight =
            semicolon == std::string_view::npos ? 1 : weight_of(trim(piece.substr(semicolon + 1)));
        if (!tag.empty() && weight > 0) found.emplace_back(weight, tag);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::string_view> tags;
    tags.reserve(found.size());
    for (const auto& [weight, tag] : found) tags.push_back(tag);
    return tags;
}

}  // namespace guichet::http
