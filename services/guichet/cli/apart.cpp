#include <memory>

#include "guichet/v1/contacts.pb.h"
#include "services/guichet/cli/command.hpp"
#include "services/guichet/cli/desk.hpp"

namespace guichet::cli {
namespace {

std::string refusals_text(const v1::ListRefusalsResponse& found) {
    if (found.refusals().empty()) return "Nobody was told apart from this contact.\n";
    std::vector<std::vector<std::string>> rows;
    for (const auto& one : found.refusals()) {
        rows.push_back(
            {one.contact(), safe(one.name(), 60), one.actor(), to_iso8601(one.at().seconds() * 1000)});
    }
    return table({"CONTACT", "NAME", "SAID BY", "AT"}, rows);
}

void add_not_same(CLI::App& app, Common& common) {
    struct Options {
        std::string contact, other;
        bool undo = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "not-same", "two contacts are two persons: it is not suggested again");
    command->add_option("contact", options->contact)->required();
    command->add_option("other", options->other,
                        "as `guichet contact` suggests it; without: who was told apart");
    command->add_flag("--undo", options->undo, "they may be one after all");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            if (options->other.empty()) {
                v1::ListRefusalsRequest request;
                request.set_contact(options->contact);
                return call<v1::ListRefusalsResponse>(client, common, "ContactService/ListRefusals", request,
                                                      refusals_text);
            }
            if (options->undo) {
                v1::UndoRefusalRequest request;
                request.set_request_id(Connection::request_id());
                request.set_contact(options->contact);
                request.set_suggested(options->other);
                return call<v1::UndoRefusalResponse>(client, common, "ContactService/UndoRefusal", request,
                                                     [](const v1::UndoRefusalResponse&) {
                                                         return std::string("they may be one person again\n");
                                                     });
            }
            v1::RefuseSuggestionRequest request;
            request.set_request_id(Connection::request_id());
            request.set_contact(options->contact);
            request.set_suggested(options->other);
            return call<v1::RefuseSuggestionResponse>(
                client, common, "ContactService/RefuseSuggestion", request,
                [](const v1::RefuseSuggestionResponse&) { return std::string("kept: two persons\n"); });
        });
    });
}

}  // namespace

void add_apart(CLI::App& app, Common& common) {
    add_not_same(app, common);
}

}  // namespace guichet::cli
