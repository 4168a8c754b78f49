#pragma once
// The stand-in as a whole, in this process: Graph for a page behind a real HTTP server on a port of the
// system's choice, with everything it would tell by webhook.
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "common/http/server.hpp"
#include "services/demo/platform/graph.hpp"
#include "services/demo/platform/payloads.hpp"

namespace guichet::stand_in {

// What a customer did: the id of what he wrote, and the webhook that tells of it.
struct Said {
    std::string id;
    json::object entry;
    Webhook webhook;
};

class Platform {
  public:
    // `configure` may add routes before the server starts. All references outlive this object.
    using Configure = std::function<void(http::Router&, const std::shared_ptr<Graph>&)>;
    Platform(asio::io_context& io, const Clock& clock, Random& random, GraphOptions options = {},
             const Configure& configure = {}, std::uint16_t port = 0);
    ~Platform();
    Platform(const Platform&) = delete;
    Platform& operator=(const Platform&) = delete;

    std::uint16_t port() const { return server_->port(); }
    // What a connector takes for https://graph.facebook.com.
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }
    Graph& graph() { return *graph_; }
    Page& page() { return graph_->page(); }
    Faults& faults() { return graph_->faults(); }
    const std::vector<Published>& published() const { return graph_->page().published(); }

    // The customers; `parent` of a comment: a comment or a post, empty: the latest post. A comment without
    // author is the page's own, written elsewhere than through Graph.
    Said comment(const std::string& author, const std::string& text, const std::string& parent = {});
    Said message(const std::string& author, const std::string& text, const std::string& reply_to = {});
    Said edit(const std::string& id, const std::string& text);
    Said remove(const std::string& id);
    Said hide(const std::string& id, bool hidden);
    // Every entry so far, echoes of the page's own words included, in order.
    const std::vector<json::object>& told() const { return *told_; }
    Webhook pack(const std::vector<json::object>& entries) const;

  private:
    Said said(std::string id) const;

    asio::io_context& io_;
    std::shared_ptr<Graph> graph_;
    std::shared_ptr<std::vector<json::object>> told_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace guichet::stand_in
