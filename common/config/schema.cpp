#include "common/config/schema.hpp"

#include <algorithm>

#include "common/config/schema_sections.hpp"

namespace guichet::config {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row[b.size()];
}

std::string_view last_part(std::string_view name) {
    const auto dot = name.rfind('.');
    return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

}  // namespace

std::string Property::variable() const {
    std::string out = "GUICHET_";
    for (const char c : name) {
        if (c == '.') {
            out += '_';
        } else {
            out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
    }
    return out;
}

const Property* Schema::find(std::string_view name) const {
    for (const auto& property : properties_) {
        if (property.name == name) return &property;
    }
    return nullptr;
}

bool Schema::is_section(std::string_view name) const {
    return std::any_of(properties_.begin(), properties_.end(), [name](const Property& property) {
        return property.name.size() > name.size() && property.name[name.size()] == '.' &&
               property.name.starts_with(name);
    });
}

std::string Schema::suggest(std::string_view name) const {
    std::string best;
    // A third of the letters may be wrong.
    std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
    auto consider = [&](const std::string& known, std::size_t distance) {
        if (distance >= least) return;
        least = distance;
        best = known;
    };
    for (const auto& section : sections_) consider(section.name, edit_distance(name, section.name));
    for (const auto& property : properties_) {
        consider(property.name, edit_distance(name, property.name));
        // The right key in the wrong section.
        if (last_part(property.name) == last_part(name)) consider(property.name, 2);
    }
    return best;
}

const Schema& schema() {
    static const Schema all = [] {
        Schema made;
        declare_server(made);
        declare_http(made);
        declare_grpc(made);
        declare_redis(made);
        declare_ingest(made);
        declare_routing(made);
        declare_reply(made);
        declare_escalation(made);
        declare_inbox(made);
        declare_audit(made);
        declare_gateway(made);
        declare_forms(made);
        declare_channels(made);
        declare_streams(made);
        declare_log(made);
        return made;
    }();
    return all;
}

}  // namespace guichet::config
