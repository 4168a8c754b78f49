#include "common/http/router.hpp"

#include <array>
#include <map>
#include <set>
#include <stdexcept>

namespace guichet::http {

namespace {

constexpr std::size_t kMethods = 7;  // all but Method::other
constexpr std::size_t kMaxSegments = 32;

std::vector<std::string_view> segments_of(std::string_view path) {
    path.remove_prefix(1);
    return split(path, '/');
}

bool is_parameter(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

}  // namespace

struct Router::Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> parameter;
    std::unique_ptr<Node> rest;
    std::array<std::unique_ptr<Route>, kMethods> routes;
    std::vector<std::string> names;  // of the parameters on the way here

    const Route* find(Method method) const {
        if (method == Method::other) return nullptr;
        const Route* route = routes[static_cast<std::size_t>(method)].get();
        if (!route && method == Method::head) route = routes[static_cast<std::size_t>(Method::get)].get();
        return route;
    }
};

namespace {

// One walk down the tree: `taken` holds the decoded values of the parameters passed.
template <class Node>
struct Search {
    Method method;
    const std::vector<std::string>& segments;
    std::vector<std::string> taken;
    std::set<std::string_view> allowed;
    const Node* found = nullptr;

    bool visit(const Node& node) {
        if (node.find(method)) {
            found = &node;
            return true;
        }
        for (std::size_t i = 0; i < kMethods; ++i) {
            if (!node.routes[i]) continue;
            allowed.insert(to_string(static_cast<Method>(i)));
            if (static_cast<Method>(i) == Method::get) allowed.insert("HEAD");
        }
        return false;
    }

    bool walk(const Node& node, std::size_t at) {
        if (at == segments.size()) {
            if (visit(node)) return true;
        } else {
            const auto literal = node.literals.find(segments[at]);
            if (literal != node.literals.end() && walk(*literal->second, at + 1)) return true;
            if (node.parameter && !segments[at].empty()) {
                taken.push_back(segments[at]);
                if (walk(*node.parameter, at + 1)) return true;
                taken.pop_back();
            }
        }
        if (!node.rest) return false;
        std::string rest;
        for (std::size_t i = at; i < segments.size(); ++i) rest += (i == at ? "" : "/") + segments[i];
        taken.push_back(std::move(rest));
        if (visit(*node.rest)) return true;
        taken.pop_back();
        return false;
    }
};

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::add(Method method, std::string_view pattern, Handler handler, RouteOptions options) {
    Route& route = insert(method, pattern);
    route.handler = std::move(handler);
    route.options = std::move(options);
}

Route& Router::insert(Method method, std::string_view pattern) {
    const auto bug = [&](const char* why) {
        throw std::logic_error(std::string(why) + ": " + std::string(pattern));
    };
    if (!pattern.starts_with('/') || method == Method::other) bug("ill-formed route");
    Node* node = root_.get();
    std::vector<std::string> names;
    const auto segments = segments_of(pattern);
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string_view segment = segments[i];
        std::unique_ptr<Node>* next = nullptr;
        if (segment == "*") {
            if (i + 1 != segments.size()) bug("a * that is not the last segment");
            names.push_back("*");
            next = &node->rest;
        } else if (is_parameter(segment)) {
            names.emplace_back(segment.substr(1, segment.size() - 2));
            next = &node->parameter;
        } else {
            if (segment.find_first_of("{}*%?") != std::string_view::npos) bug("ill-formed route");
            next = &node->literals[std::string(segment)];
        }
        if (!*next) *next = std::make_unique<Node>();
        node = next->get();
    }
    auto& slot = node->routes[static_cast<std::size_t>(method)];
    if (slot) bug("two handlers of one route");
    if (!node->names.empty() && node->names != names) bug("one path with two sets of parameter names");
    node->names = std::move(names);
    slot = std::make_unique<Route>();
    slot->pattern = pattern;
    return *slot;
}

void Router::get(std::string_view pattern, Handler handler, RouteOptions options) {
    add(Method::get, pattern, std::move(handler), std::move(options));
}

void Router::post(std::string_view pattern, Handler handler, RouteOptions options) {
    add(Method::post, pattern, std::move(handler), std::move(options));
}

void Router::websocket(std::string_view pattern, WebSocketHandler handler, WebSocketOptions options) {
    Route& route = insert(Method::get, pattern);
    route.options.max_body_bytes = 0;
    route.options.head = options.head;
    route.options.before = options.before;
    route.websocket = std::move(handler);
    route.websocket_options = std::move(options);
}

Router::Match Router::match(Method method, std::string_view path) const {
    Match out;
    if (!path.starts_with('/')) {
        out.status = path == "*" ? 404 : 400;
        return out;
    }
    const auto raw = segments_of(path);
    if (raw.size() > kMaxSegments) return out;
    std::vector<std::string> segments;
    segments.reserve(raw.size());
    for (std::string_view piece : raw) {
        if (piece.find('%') == std::string_view::npos) {
            segments.emplace_back(piece);
        } else if (auto decoded = percent_decode(piece)) {
            segments.push_back(std::move(*decoded));
        } else {
            out.status = 400;
            return out;
        }
        const std::string& segment = segments.back();
        if (segment == "." || segment == ".." || segment.find('\0') != std::string::npos) {
            out.status = 400;
            return out;
        }
    }
    Search<Node> search{method, segments, {}, {}, nullptr};
    if (search.walk(*root_, 0)) {
        out.route = search.found->find(method);
        out.status = 200;
        for (std::size_t i = 0; i < search.taken.size(); ++i) {
            out.params.emplace_back(search.found->names[i], std::move(search.taken[i]));
        }
    } else if (!search.allowed.empty()) {
        out.status = 405;
        for (std::string_view name : search.allowed)
            out.allow += (out.allow.empty() ? "" : ", ") + std::string(name);
    }
    return out;
}

}  // namespace guichet::http
