#include "services/guichet/bootstrap.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace guichet {
namespace {

const WorkspaceId& main_workspace() {
    static const WorkspaceId kId{kMainWorkspace};
    return kId;
}

store::By by_system() {
    return {main_workspace(), "system", {}, "*"};
}

// Created once: what is there already stays as it is.
asio::awaitable<Result<void>> put_once(service::Context& context, std::string kind, std::string id,
                                       std::string bytes) {
    auto put =
        co_await context.store.put_document(by_system(), std::move(kind), std::move(id), 0, std::move(bytes));
    if (!put && put.error().code != Code::already_exists) co_return put.error();
    co_return Result<void>{};
}

records::v1::AgentRecord first_admin() {
    records::v1::AgentRecord record;
    auto* agent = record.mutable_agent();
    agent->set_id(kFirstAdmin);
    agent->set_name("Administrator");
    agent->add_grants()->set_role(v1::ROLE_ADMIN);
    return record;
}

Result<void> write_private_file(const std::string& path, const std::string& text) {
    const std::string fresh = path + ".new";
    ::unlink(fresh.c_str());
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return internal("cannot write " + fresh);
    const auto written = ::write(file, text.data(), text.size());
    ::close(file);
    if (written != static_cast<ssize_t>(text.size()) || ::rename(fresh.c_str(), path.c_str()) != 0) {
        return internal("cannot write " + path);
    }
    return {};
}

}  // namespace

asio::awaitable<Result<Bootstrapped>> bootstrap(service::Context& context,
                                                std::vector<v1::Channel> channels) {
    auto created = co_await context.store.create_workspace(main_workspace());
    if (!created) co_return created.error();
    v1::Workspace workspace;
    workspace.set_id(kMainWorkspace);
    workspace.set_name("Main");
    workspace.set_default_language("en");
    v1::Team team;
    team.set_id("care");
    team.set_name("Customer care");
    std::vector<std::tuple<std::string, std::string, std::string>> documents{
        {access::kWorkspace, kMainWorkspace, workspace.SerializeAsString()},
        {access::kTeam, "care", team.SerializeAsString()},
        {access::kAgent, kFirstAdmin, first_admin().SerializeAsString()}};
    for (const auto& channel : channels) {
        documents.emplace_back(access::kChannel, channel.id(), channel.SerializeAsString());
    }
    for (auto& [kind, id, bytes] : documents) {
        auto put = co_await put_once(context, kind, id, bytes);
        if (!put) co_return put.error();
    }
    context.catalog.forget();

    Bootstrapped result;
    auto admin = co_await context.catalog.agent(main_workspace(), AgentId(kFirstAdmin));
    if (!admin) co_return admin.error();
    if (*admin && (*admin)->password().empty() && !(*admin)->agent().disabled()) {
        records::v1::SignInLinkRecord link;
        link.set_workspace(kMainWorkspace);
        link.set_agent(kFirstAdmin);
        link.set_expires_at(context.clock.now() + std::chrono::milliseconds(std::chrono::hours(24)).count());
        auto secret = co_await context.credentials.create_link(link);
        if (!secret) co_return secret.error();
        result.sign_in = std::move(*secret);
    }
    co_return result;
}

asio::awaitable<Result<std::string>> write_local_token(service::Context& context) {
    constexpr char kName[] = "command line on this machine";
    auto known = co_await context.credentials.tokens(main_workspace());
    if (!known) co_return known.error();
    for (const auto& [fingerprint, record] : *known) {
        if (record.token().name() != kName || record.token().revoked()) continue;
        store::By by{WorkspaceId(access::kSystemWorkspace), "system", {}, "*"};
        auto removed = co_await context.store.put_document(by, access::kToken, fingerprint, -1, "");
        if (!removed) co_return removed.error();
    }
    records::v1::TokenRecord record;
    record.set_workspace(kMainWorkspace);
    record.mutable_token()->set_name(kName);
    record.mutable_token()->set_agent(kFirstAdmin);
    auto secret = co_await context.credentials.create_token("system", record);
    if (!secret) co_return secret.error();
    const auto path = (context.settings.server.data / "cli.token").string();
    auto written = write_private_file(path, *secret + "\n");
    if (!written) co_return written.error();
    co_return path;
}

}  // namespace guichet
