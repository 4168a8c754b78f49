#include "services/reply/engine/render.hpp"

namespace guichet::reply {
namespace {

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

Result<std::string> fill(const std::string& text, const std::map<std::string, std::string>& variables) {
    std::string out;
    std::size_t at = 0;
    for (;;) {
        const auto open = text.find("{{", at);
        const auto close = open == std::string::npos ? open : text.find("}}", open + 2);
        if (close == std::string::npos) return out + text.substr(at);
        const auto name = trimmed(text.substr(open + 2, close - open - 2));
        const auto value = variables.find(name);
        if (value == variables.end()) {
            return invalid("text", "there is no variable {{" + name +
                                       "}}: use one of contact.name, agent.name, "
                                       "reference");
        }
        out += text.substr(at, open - at) + value->second;
        at = close + 2;
    }
}

std::string sign(const std::string& text, const std::string& signature) {
    if (signature.empty() || text.ends_with(signature)) return text;
    return text + "\n" + signature;
}

}  // namespace guichet::reply
