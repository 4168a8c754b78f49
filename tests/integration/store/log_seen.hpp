#pragma once
// The log as tests look at it: the newest events of the one workspace there is, newest first.
#include <string>
#include <utility>
#include <vector>

#include "tests/integration/store/fixture.hpp"

namespace guichet::test {

inline std::vector<v1::Event> newest_events(boost::asio::io_context& io, redis::Client& client, int most) {
    const auto keys = run(io, client.call(redis::Command("KEYS", "*:events")));
    if (!keys || keys->size() != 1) throw std::runtime_error("there is not one log");
    redis::Command last("XREVRANGE", (*keys)[0].text(), "+", "-", "COUNT", most);
    const auto found = run(io, client.call(std::move(last)));
    if (!found) throw std::runtime_error(to_string(found.error()));
    std::vector<v1::Event> events;
    for (std::size_t at = 0; at < found->size(); ++at) {
        std::vector<std::pair<std::string, std::string>> fields;
        const auto& flat = (*found)[at][1];
        for (std::size_t i = 0; i + 1 < flat.size(); i += 2)
            fields.emplace_back(flat[i].text(), flat[i + 1].text());
        events.push_back(store::decode_event((*found)[at][0].text(), fields));
    }
    return events;
}

}  // namespace guichet::test
