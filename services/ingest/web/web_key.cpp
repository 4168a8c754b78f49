#include "services/ingest/web/web_key.hpp"

#include "common/access/catalog.hpp"

namespace guichet::ingest::web {
namespace {

constexpr char kKind[] = "key";
constexpr char kId[] = "customer-pages";
constexpr std::size_t kBytes = 32;

}  // namespace

asio::awaitable<Result<std::shared_ptr<const Signer>>> WebKey::signer() {
    const WorkspaceId system{access::kSystemWorkspace};
    // Two processes may make one at the same time: the first put wins, the second reads it.
    for (int attempt = 0; !signer_ && attempt < 3; ++attempt) {
        auto found = co_await store_.document(system, kKind, kId);
        if (!found) co_return found.error();
        if (*found) {
            signer_ = std::make_shared<const Signer>((*found)->bytes);
            break;
        }
        store::By by{system, "system", {}, "*"};
        auto put = co_await store_.put_document(std::move(by), kKind, kId, 0, random_.bytes(kBytes), 100);
        if (!put && put.error().code != Code::already_exists) co_return put.error();
    }
    if (!signer_) co_return unavailable("the key of the customers' pages cannot be read");
    co_return signer_;
}

}  // namespace guichet::ingest::web
