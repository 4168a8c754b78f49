#include "services/inbox/views.hpp"

#include <algorithm>
#include <array>

#include "common/service/bind.hpp"
#include "common/service/shared.hpp"

namespace guichet::inbox {
namespace {

constexpr char kViewKind[] = "view";
constexpr int kMostViews = 200;
constexpr std::size_t kViewName = 60;
constexpr int kMostQueryFields = 12;
constexpr std::size_t kMostQueryBytes = 2'000;
constexpr std::array<const char*, 6> kListNames = {"queue",   "mine",     "snoozed",
                                                   "pending", "resolved", "owned"};

bool one_line(const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

bool is_for(const v1::SavedView& view, const std::vector<rpc::GrantSpec>& grants) {
    return service::reads_shared(view.team(), grants);
}

bool may_share(const v1::SavedView& view, const std::vector<rpc::GrantSpec>& grants) {
    return service::writes_shared(view.team(), grants);
}

Status check_view(const v1::SavedView& view) {
    if (!valid_id(view.id())) return invalid("view.id", "letters, digits and . _ : @ + -, 128 at most");
    if (view.deleted()) return {};
    if (view.name().empty() || view.name().size() > kViewName || !one_line(view.name()))
        return invalid("view.name", "one line of 1 to 60 bytes");
    const bool known = std::any_of(kListNames.begin(), kListNames.end(),
                                   [&view](const char* name) { return view.list() == name; });
    if (!known) return invalid("view.list", "queue, mine, snoozed, pending, resolved or owned");
    if (view.query_size() > kMostQueryFields) return invalid("view.query", "twelve fields at most");
    std::size_t bytes = 0;
    for (const auto& [name, value] : view.query()) {
        bytes += name.size() + value.size();
        if (!one_line(name) || !one_line(value)) return invalid("view.query", "no control characters");
    }
    if (bytes > kMostQueryBytes) return invalid("view.query", "2000 bytes at most");
    return {};
}

asio::awaitable<Result<v1::ListViewsResponse>> Views::list(rpc::CallContext call, v1::ListViewsRequest) {
    auto documents = co_await context_.store.documents(call.caller.workspace, kViewKind);
    if (!documents) co_return documents.error();
    std::vector<v1::SavedView> views;
    for (const auto& document : *documents) {
        v1::SavedView view;
        if (!view.ParseFromString(document.bytes)) continue;
        view.set_version(document.version);
        if (is_for(view, call.caller.grants)) views.push_back(std::move(view));
    }
    std::sort(views.begin(), views.end(), [](const v1::SavedView& a, const v1::SavedView& b) {
        return std::pair(a.name(), a.id()) < std::pair(b.name(), b.id());
    });
    v1::ListViewsResponse response;
    for (auto& view : views) *response.add_views() = std::move(view);
    co_return response;
}

asio::awaitable<Result<v1::PutViewResponse>> Views::put(rpc::CallContext call, v1::PutViewRequest request) {
    auto view = request.view();
    if (view.id().empty() && view.version() == 0) view.set_id(service::id_of_request(call, "v"));
    if (auto bad = check_view(view); !bad.ok()) co_return bad;
    if (!view.deleted()) {
        auto team =
            co_await service::team_exists(context_.catalog, call.caller.workspace, view.team(), "view.team");
        if (!team.ok()) co_return team;
        const auto yours = service::may_write_shared(call, view.team(), "view");
        if (!yours.ok()) co_return yours;
    }
    auto replaceable = co_await service::may_replace_shared<v1::SavedView>(context_.store, call, kViewKind,
                                                                           view.id(), "view");
    if (!replaceable.ok()) co_return replaceable;
    std::string bytes;
    if (!view.deleted()) bytes = view.SerializeAsString();
    auto version = co_await context_.store.put_document(service::by(call), kViewKind, view.id(),
                                                        view.version(), std::move(bytes), kMostViews);
    if (!version) co_return version.error();
    view.set_version(*version);
    v1::PutViewResponse response;
    *response.mutable_view() = std::move(view);
    co_return response;
}

}  // namespace guichet::inbox
