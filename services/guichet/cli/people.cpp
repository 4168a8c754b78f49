#include <memory>

#include "services/guichet/cli/command.hpp"

namespace guichet::cli {
namespace {

void add_contact(CLI::App& app, Common& common) {
    auto id = std::make_shared<std::string>();
    auto* command = add(app, common, "contact", "who somebody is, and who is likely the same person");
    command->add_option("contact", *id, "as `guichet show --json` names it")->required();
    command->callback([&common, id] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::GetContactRequest request;
            request.set_contact(*id);
            return call<v1::GetContactResponse>(client, common, "InboxService/GetContact", request,
                                                [](const v1::GetContactResponse& r) {
                                                    return contact_text(r.contact()) + suggestions_text(r);
                                                });
        });
    });
}

void add_merge(CLI::App& app, Common& common) {
    struct Options {
        std::string into, from, reason;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "merge", "two contacts are one person (undo-merge takes it back)");
    command->add_option("into", options->into, "keeps its id and name")->required();
    command->add_option("from", options->from)->required();
    command->add_option("--reason", options->reason, "for colleagues");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::MergeContactsRequest request;
            request.set_request_id(Connection::request_id());
            request.set_into(options->into);
            request.set_from(options->from);
            request.set_reason(options->reason);
            return call<v1::MergeContactsResponse>(
                client, common, "InboxService/MergeContacts", request,
                [](const v1::MergeContactsResponse& r) { return contact_text(r.contact()); });
        });
    });
}

void add_undo_merge(CLI::App& app, Common& common) {
    auto id = std::make_shared<std::string>();
    auto* command = add(app, common, "undo-merge", "take a contact that was joined with another out again");
    command->add_option("contact", *id, "as `guichet contact` lists it under \"joined\"")->required();
    command->callback([&common, id] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::UndoMergeRequest request;
            request.set_request_id(Connection::request_id());
            request.set_contact(*id);
            return call<v1::UndoMergeResponse>(
                client, common, "InboxService/UndoMerge", request, [](const v1::UndoMergeResponse& r) {
                    return contact_text(r.contact()) + "\n" + contact_text(r.undone());
                });
        });
    });
}

void add_split(CLI::App& app, Common& common) {
    struct Options {
        std::string contact;
        std::vector<std::string> identities;
    };
    auto options = std::make_shared<Options>();
    auto* command =
        add(app, common, "split", "identities are another person's: give them a contact of their own");
    command->add_option("contact", options->contact)->required();
    command->add_option("identity", options->identities, "channel and account, e.g. page/1234")
        ->required()
        ->expected(1, 100)
        ->check([](const std::string& text) {
            const auto slash = text.find('/');
            const bool fits = slash != std::string::npos && slash > 0 && slash + 1 < text.size();
            return fits ? std::string() : "write channel/account: " + text;
        });
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::SplitContactRequest request;
            request.set_request_id(Connection::request_id());
            request.set_contact(options->contact);
            for (const auto& text : options->identities) {
                auto* identity = request.add_identities();
                identity->set_channel(text.substr(0, text.find('/')));
                identity->set_external_id(text.substr(text.find('/') + 1));
            }
            return call<v1::SplitContactResponse>(
                client, common, "InboxService/SplitContact", request, [](const v1::SplitContactResponse& r) {
                    return contact_text(r.contact()) + "\n" + contact_text(r.split());
                });
        });
    });
}

}  // namespace

void add_people(CLI::App& app, Common& common) {
    add_contact(app, common);
    add_merge(app, common);
    add_undo_merge(app, common);
    add_split(app, common);
}

}  // namespace guichet::cli
