#include <memory>

#include "common/store/records.hpp"
#include "guichet/v1/contacts.pb.h"
#include "services/guichet/cli/command.hpp"
#include "services/guichet/cli/desk.hpp"

namespace guichet::cli {

std::string history_text(const v1::GetHistoryResponse& page) {
    if (page.total() == 0) return "No conversations with this contact.\n";
    std::vector<std::vector<std::string>> rows;
    for (const auto& c : page.conversations()) {
        rows.push_back({c.id(), store::state_word(c.state()), safe(c.channel(), 40),
                        c.visibility() == v1::VISIBILITY_PUBLIC ? "public" : "private",
                        to_iso8601(store::to_ms(c.updated_at())), safe(c.preview(), 60)});
    }
    std::string out = std::to_string(page.total()) + " conversations since " +
                      to_iso8601(store::to_ms(page.since())) + ", " + std::to_string(page.open()) +
                      " of them open\n";
    if (!rows.empty())
        out += table({"CONVERSATION", "STATE", "CHANNEL", "SIDE", "CHANGED", "LAST LINE"}, rows);
    if (!page.next_cursor().empty()) out += "more: --cursor " + page.next_cursor() + "\n";
    return out;
}

void add_history(CLI::App& app, Common& common) {
    struct Options {
        std::string contact, cursor;
        int page = 0;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "history", "somebody's conversations on all channels, newest first");
    command->add_option("contact", options->contact)->required();
    command->add_option("--page-size", options->page)->check(CLI::Range(0, 200));
    command->add_option("--cursor", options->cursor, "where the page before left off");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::GetHistoryRequest request;
            request.set_contact(options->contact);
            request.set_page_size(options->page);
            request.set_cursor(options->cursor);
            return call<v1::GetHistoryResponse>(client, common, "ContactService/GetHistory", request,
                                                history_text);
        });
    });
}

}  // namespace guichet::cli
