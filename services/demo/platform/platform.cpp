#include "services/demo/platform/platform.hpp"

#include <stdexcept>

namespace guichet::stand_in {

Platform::Platform(asio::io_context& io, const Clock& clock, Random& random, GraphOptions options,
                   const Configure& configure, std::uint16_t port)
    : io_(io),
      graph_(std::make_shared<Graph>(clock, std::move(options))),
      told_(std::make_shared<std::vector<json::object>>()) {
    page().on_told = [told = told_](json::object entry) { told->push_back(std::move(entry)); };
    auto router = std::make_shared<http::Router>();
    graph_->register_on(*router);
    if (configure) configure(*router, graph_);
    http::ServerOptions server;
    http::ListenOptions listen;
    listen.port = port;
    server.listeners.push_back(listen);
    server_ = std::make_unique<http::Server>(io_, clock, random, std::move(server), router);
    if (auto started = server_->start(); !started) throw std::runtime_error(to_string(started.error()));
}

Platform::~Platform() = default;

Said Platform::said(std::string id) const {
    if (told_->empty()) throw std::logic_error("nothing was told");
    return {std::move(id), told_->back(), pack({told_->back()})};
}

Said Platform::comment(const std::string& author, const std::string& text, const std::string& parent) {
    return said(page().comment(author, text, parent));
}

Said Platform::message(const std::string& author, const std::string& text, const std::string& reply_to) {
    return said(page().message(author, text, reply_to));
}

Said Platform::edit(const std::string& id, const std::string& text) {
    page().edit(id, text);
    return said(id);
}

Said Platform::remove(const std::string& id) {
    page().remove(id);
    return said(id);
}

Said Platform::hide(const std::string& id, bool hidden) {
    page().hide(id, hidden);
    return said(id);
}

Webhook Platform::pack(const std::vector<json::object>& entries) const {
    return stand_in::pack(entries, graph_->options().app_secret);
}

}  // namespace guichet::stand_in
