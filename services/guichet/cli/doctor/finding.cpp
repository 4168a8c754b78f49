#include "services/guichet/cli/doctor/finding.hpp"

#include <algorithm>

#include <boost/json.hpp>

namespace guichet::cli {

const char* to_string(Level level) {
    switch (level) {
        case Level::ok:
            return "ok";
        case Level::watch:
            return "watch";
        case Level::wrong:
            return "wrong";
    }
    return "unknown";
}

std::string findings_text(const Findings& findings) {
    std::string text;
    for (const auto& finding : findings) {
        std::string level = to_string(finding.level);
        level.resize(6, ' ');
        text += level + finding.words + "\n";
        if (!finding.action.empty()) text += "      -> " + finding.action + "\n";
    }
    return text;
}

std::string findings_json(const Findings& findings) {
    boost::json::array list;
    for (const auto& finding : findings) {
        boost::json::object one;
        one["check"] = finding.check;
        one["level"] = to_string(finding.level);
        one["words"] = finding.words;
        one["action"] = finding.action;
        list.push_back(std::move(one));
    }
    const bool well = std::none_of(findings.begin(), findings.end(),
                                   [](const Finding& finding) { return finding.level == Level::wrong; });
    boost::json::object all;
    all["well"] = well;
    all["findings"] = std::move(list);
    return boost::json::serialize(all) + "\n";
}

}  // namespace guichet::cli
