#include "services/demo/pages/pages.hpp"

#include <set>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "services/demo/pages/files.hpp"

namespace guichet::demo {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace std::chrono_literals;
using stand_in::Graph;

constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'";
constexpr auto kLinkPatience = 5s;
constexpr auto kLinkLook = 50ms;
constexpr std::size_t kMostBody = 16 * 1024;

http::Response file(const std::string& name, const char* type) {
    const auto found = demo_files().find(name);
    if (found == demo_files().end()) return http::Response::error(404, "not_found", "there is no such file");
    http::Response response;
    response.header("Content-Type", type);
    response.header("Cache-Control", "no-cache");
    response.body = found->second;
    return response;
}

template <class List>
json::array shown_steps(const List& steps) {
    json::array all;
    for (const auto& step : steps) {
        all.push_back({{"title", step.title}, {"words", step.words}, {"state", to_string(step.state)}});
    }
    return all;
}

json::object shown(const stand_in::Page& page, const stand_in::Comment& comment, const std::string& anna) {
    return {{"id", comment.id},
            {"parent", comment.parent == comment.post ? "" : comment.parent},
            {"author", page.name_of(comment.author)},
            {"brand", comment.author == page.options().id},
            {"mine", comment.author == anna},
            {"text", comment.text},
            {"at", comment.at}};
}

class Pages {
  public:
    Pages(std::shared_ptr<Graph> graph, Hall& hall) : graph_(std::move(graph)), hall_(hall) {}

    json::object state() {
        const auto facts = hall_.facts();
        return {{"page", page().options().name},
                {"post", page().posts().empty() ? "" : page().posts().front().text},
                {"comments", comments()},
                {"more", hidden_},
                {"messages", messages()},
                {"steps", shown_steps(steps_of(facts.known, facts.storm))},
                {"breaking", facts.storm.asked || facts.storm.running}};
    }

    void say(const json::object& in) {
        if (page().comments().size() >= kMostComments + storm_comments()) {
            throw std::invalid_argument("the page is full: start the demonstration again");
        }
        const auto* parent = in.if_contains("parent");
        page().comment(kVisitor, text_of(in), parent ? std::string(parent->as_string()) : std::string());
    }

    void message(const json::object& in) { page().message(kVisitor, text_of(in)); }

    void break_it(const json::object&) {
        if (!hall_.wish_storm()) throw std::invalid_argument("it is being broken already");
    }

    static asio::awaitable<http::Response> console(std::shared_ptr<Pages> self) {
        self->hall_.wish_link();
        asio::steady_timer timer(co_await asio::this_coro::executor);
        for (auto waited = 0ms; waited < kLinkPatience; waited += kLinkLook) {
            if (const auto link = self->hall_.take_link()) {
                http::Response response;
                response.status = 303;
                response.header("Location", *link);
                co_return response;
            }
            timer.expires_after(kLinkLook);
            co_await timer.async_wait(asio::use_awaitable);
        }
        co_return http::Response::error(503, "unavailable",
                                        "the server is being started again: try once more in a moment");
    }

  private:
    stand_in::Page& page() { return graph_->page(); }
    const std::string& anna() { return page().person(kVisitor).id; }

    // What customers of the storm wrote does not count against the visitor.
    std::size_t storm_comments() {
        std::size_t others = 0;
        for (const auto& comment : page().comments()) others += comment.author == anna() ? 0 : 1;
        return others;
    }

    static std::string text_of(const json::object& in) {
        const auto* text = in.if_contains("text");
        if (!text || !text->is_string() || text->as_string().empty()) {
            throw std::invalid_argument("write something first");
        }
        if (text->as_string().size() > kMostSaid) {
            throw std::invalid_argument("that is too long: " + std::to_string(kMostSaid) + " bytes at most");
        }
        return std::string(text->as_string());
    }

    // A thread's first comment is what stands right below the post.
    static bool is_first(const stand_in::Comment& comment) { return comment.parent == comment.post; }

    // The threads that are shown, by their first comment; counts the others.
    std::set<std::string> chosen_threads() {
        std::set<std::string> chosen;
        hidden_ = 0;
        std::size_t room = kShownOthers;
        const auto& every = page().comments();
        for (auto one = every.rbegin(); one != every.rend(); ++one) {
            if (!is_first(*one)) continue;
            const bool hers = one->author == anna();
            if (!hers && room == 0) {
                ++hidden_;
                continue;
            }
            room -= hers ? 0 : 1;
            chosen.insert(one->id);
        }
        return chosen;
    }

    json::array comments() {
        json::array all;
        const auto chosen = chosen_threads();
        for (const auto& one : page().comments()) {
            if (one.removed || one.hidden) continue;
            if (chosen.contains(is_first(one) ? one.id : one.parent))
                all.push_back(shown(page(), one, anna()));
        }
        return all;
    }

    json::array messages() {
        json::array all;
        const auto& psid = page().person(kVisitor).psid;
        for (const auto& direct : page().directs()) {
            if (direct.psid != psid) continue;
            all.push_back({{"brand", direct.from_page}, {"text", direct.text}, {"at", direct.at}});
        }
        return all;
    }

    std::shared_ptr<Graph> graph_;
    Hall& hall_;
    std::int64_t hidden_ = 0;
};

bool from_here(const http::Request& request) {
    const auto origin = request.headers.get("origin");
    return origin.empty() || origin == request.scheme + "://" + request.host;
}

using Act = void (Pages::*)(const json::object&);

asio::awaitable<http::Response> act(std::shared_ptr<Pages> pages, Act what, http::Request request) {
    if (!from_here(request)) co_return http::Response::error(403, "permission_denied", "not from this page");
    try {
        const auto in = request.body.empty() ? json::value(json::object()) : json::parse(request.body);
        (pages.get()->*what)(in.as_object());
        co_return http::Response::json(200, "{}");
    } catch (const stand_in::Refusal& refusal) {
        co_return http::Response::error(400, "invalid_argument", refusal.message);
    } catch (const std::exception& error) {
        co_return http::Response::error(400, "invalid_argument", error.what());
    }
}

asio::awaitable<http::Response> at_once(http::Response response) {
    co_return response;
}

}  // namespace

void register_pages(http::Router& router, const std::shared_ptr<Graph>& graph, Hall& hall) {
    const auto pages = std::make_shared<Pages>(graph, hall);
    http::RouteOptions options;
    options.max_body_bytes = kMostBody;
    options.security = http::SecurityPolicy{.content_security_policy = kPolicy};
    const auto add_file = [&](const char* path, const std::string& name, const char* type) {
        router.get(
            path, [name, type](http::Request) { return at_once(file(name, type)); }, options);
    };
    add_file("/", "street.html", "text/html; charset=utf-8");
    add_file("/phone", "phone.html", "text/html; charset=utf-8");
    add_file("/demo/demo.css", "demo.css", "text/css; charset=utf-8");
    add_file("/demo/demo.js", "demo.js", "text/javascript; charset=utf-8");
    router.get(
        "/demo/state",
        [pages](http::Request) {
            return at_once(http::Response::json(200, json::serialize(pages->state())));
        },
        options);
    router.get(
        "/console", [pages](http::Request) { return Pages::console(pages); }, options);
    const auto add_act = [&](const char* path, Act what) {
        router.post(
            path, [pages, what](http::Request request) { return act(pages, what, std::move(request)); },
            options);
    };
    add_act("/demo/say", &Pages::say);
    add_act("/demo/message", &Pages::message);
    add_act("/demo/break", &Pages::break_it);
}

}  // namespace guichet::demo
