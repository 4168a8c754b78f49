#include "services/demo/show/town.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

namespace guichet::demo {

Town::Town(const std::string& page_name, Hall* hall, std::uint16_t port) {
    stand_in::GraphOptions options;
    options.page.name = page_name;
    const stand_in::ControlOptions control;
    courier_ = std::make_unique<stand_in::Courier>(io_, clock_, options.app_secret);
    const auto add_control = [&](http::Router& router, const std::shared_ptr<stand_in::Graph>& graph) {
        stand_in::register_control(router, graph, *courier_, control);
        if (hall) register_pages(router, graph, *hall);
    };
    platform_ = std::make_unique<stand_in::Platform>(io_, clock_, random_, options, add_control, port);
    facts_ = {platform_->url(), options.page.id, options.app_secret, options.access_token,
              control.verify_token};
    platform_->page().post("Our new season is here. Tell us how you like it!");
    thread_ = std::thread([this] { io_.run(); });
}

Town::~Town() {
    guard_.reset();
    io_.stop();
    thread_.join();
    // Before the io_context that they were made with.
    platform_.reset();
    courier_.reset();
}

Status Town::subscribe(const std::string& url) {
    return asio::co_spawn(io_, courier_->subscribe(url, facts_.verify_token), asio::use_future).get();
}

std::string Town::comment(const std::string& author, const std::string& text, const std::string& parent) {
    return ask([&] { return platform_->page().comment(author, text, parent); });
}

std::string Town::message(const std::string& author, const std::string& text) {
    return ask([&] { return platform_->page().message(author, text); });
}

std::vector<stand_in::Published> Town::published() {
    return ask([&] { return platform_->published(); });
}

bool Town::stands(const std::string& text) {
    return ask([&] {
        for (const auto& one : platform_->published()) {
            if (one.text.starts_with(text)) return true;
        }
        return false;
    });
}

TimeMs Town::last_comment_at(const std::string& author) {
    return ask([&] {
        const auto& id = platform_->page().person(author).id;
        TimeMs at = 0;
        for (const auto& comment : platform_->page().comments()) {
            if (comment.author == id) at = comment.at;
        }
        return at;
    });
}

std::map<std::string, int> Town::counts() {
    return ask([&] {
        std::map<std::string, int> counted;
        for (const auto& one : platform_->published()) ++counted[one.text];
        return counted;
    });
}

std::size_t Town::undelivered() {
    return ask([&] { return courier_->waiting(); });
}

}  // namespace guichet::demo
