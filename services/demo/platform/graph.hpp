#pragma once
// Graph over HTTP for one page: what an app with a page token may do to comments, posts and messages.
// Requests are refused, cut and delayed as Faults say; requests() remembers what befell each.
//
//     POST /{v}/{comment or post}/comments message, attachment_url            POST /{v}/{page}/feed POST
//     /{v}/{page}/messages POST /{v}/{comment} is_hidden            POST, DELETE /{v}/{comment}/likes DELETE
//     /{v}/{comment} GET  /{v}/{object}?fields=               GET
//     /{v}/{page}/feed|posts|published_posts|conversations GET  /{v}/{comment or post}/comments     GET
//     /{v}/{thread}/messages GET, POST /{v}/{page}/subscribed_apps
#include <memory>
#include <string>
#include <vector>

#include "common/http/router.hpp"
#include "services/demo/platform/faults.hpp"
#include "services/demo/platform/page.hpp"
#include "services/demo/platform/views.hpp"

namespace guichet::stand_in {

struct GraphOptions {
    PageOptions page;
    std::string app_secret = "stand-in-app-secret";
    std::string access_token = "EAAstandin";
    // Before every answer.
    Milliseconds latency{0};
};

// One request as it came, and what became of it.
struct Seen {
    std::string method;
    std::string path;  // without the query
    std::string version;
    json::object parameters;  // of query and body
    Fault::Kind fault = Fault::Kind::none;
    int status = 0;  // of the answer that was made, even if the caller never saw it
};

class Graph : public std::enable_shared_from_this<Graph> {
  public:
    Graph(const Clock& clock, GraphOptions options);

    // Routes own this object, so that a slow answer may outlive everything else.
    void register_on(http::Router& router);

    Page& page() { return page_; }
    Faults& faults() { return faults_; }
    const std::vector<Seen>& requests() const { return requests_; }
    const GraphOptions& options() const { return options_; }
    void set_latency(Milliseconds latency) { options_.latency = latency; }
    // The old one has expired from now on.
    void set_access_token(std::string token) { options_.access_token = std::move(token); }

  private:
    // A request, read.
    struct Call {
        std::string method;
        std::string node;
        std::string edge;
        json::object in;
        // scheme://host/version
        std::string base;
        std::size_t number = 0;

        bool is_write() const { return method != "GET"; }
        std::string text(const char* name) const;
        Arguments arguments() const;
        FieldList fields() const { return parse_fields(text("fields")); }
    };

    asio::awaitable<http::Response> receive(http::Request request);
    Call read(const http::Request& request) const;
    void check_credentials(const http::Request& request, const Call& call) const;
    http::Response act(const http::Request& request, Call call);
    json::value answer(const Call& call);
    json::value get(const Call& call) const;
    json::value get_node(const Call& call) const;
    json::value get_edge(const Call& call) const;
    json::value post(const Call& call);
    json::value post_message(const Call& call);
    json::value change_comment(const Call& call);
    http::Response refuse(const Refusal& refusal, std::optional<std::chrono::seconds> after);
    void add_usage(http::Response& response, std::optional<std::chrono::seconds> after) const;
    bool is_page(const std::string& node) const { return node == options_.page.id || node == "me"; }

    GraphOptions options_;
    Page page_;
    Views views_{page_};
    Faults faults_;
    std::vector<Seen> requests_;
};

}  // namespace guichet::stand_in
