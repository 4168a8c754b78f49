#include "services/guichet/cli/desk.hpp"

#include <map>
#include <memory>

#include "guichet/v1/reply.pb.h"

namespace guichet::cli {
namespace {

const std::map<std::string, v1::DeliveryState> kDeliveryStates{
    {"approval", v1::DELIVERY_STATE_PENDING_APPROVAL},
    {"held", v1::DELIVERY_STATE_HELD},
    {"retry", v1::DELIVERY_STATE_RETRY},
    {"unconfirmed", v1::DELIVERY_STATE_UNCONFIRMED},
    {"failed", v1::DELIVERY_STATE_FAILED}};
const std::map<std::string, v1::Settlement> kSettlements{
    {"sent", v1::SETTLEMENT_SENT}, {"resend", v1::SETTLEMENT_RESEND}, {"cancel", v1::SETTLEMENT_CANCEL}};
const std::map<std::string, v1::Risk> kRisks{{"deadline", v1::RISK_DEADLINE},
                                             {"window", v1::RISK_WINDOW},
                                             {"late", v1::RISK_LATE},
                                             {"soon", v1::RISK_SOON}};

void add_deliveries(CLI::App& app, Common& common) {
    struct Options {
        std::string state, cursor;
        bool mine = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "deliveries", "answers that wait, failed, or may not have arrived");
    command->add_option("--state", options->state, "approval, held, retry, unconfirmed or failed")
        ->check(CLI::IsMember({"approval", "held", "retry", "unconfirmed", "failed"}));
    command->add_flag("--mine", options->mine, "written by me only");
    command->add_option("--cursor", options->cursor, "the next page");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::ListDeliveriesRequest request;
            if (!options->state.empty()) request.add_states(kDeliveryStates.at(options->state));
            request.set_mine(options->mine);
            request.set_cursor(options->cursor);
            return call<v1::ListDeliveriesResponse>(client, common, "DeskService/ListDeliveries", request,
                                                    deliveries_table);
        });
    });
}

void add_settle(CLI::App& app, Common& common) {
    struct Options {
        std::string delivery, settlement, external_id;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "settle", "say what became of an answer that failed or is unconfirmed");
    command->add_option("delivery", options->delivery, "as `guichet deliveries` lists it")->required();
    command->add_option("what", options->settlement, "sent (seen there), resend, cancel")
        ->required()
        ->check(CLI::IsMember({"sent", "resend", "cancel"}));
    command->add_option("--external-id", options->external_id, "the platform's id, where it was seen");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::SettleRequest request;
            request.set_request_id(Connection::request_id());
            request.set_delivery(options->delivery);
            request.set_settlement(kSettlements.at(options->settlement));
            request.set_external_id(options->external_id);
            return call<v1::SettleResponse>(
                client, common, "ReplyService/Settle", request,
                [](const v1::SettleResponse& r) { return r.delivery().id() + " is settled\n"; });
        });
    });
}

void add_mentions(CLI::App& app, Common& common) {
    struct Options {
        std::string cursor;
        bool all = false, read = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "mentions", "notes that name me");
    command->add_flag("--all", options->all, "those that I have read, too");
    command->add_flag("--read", options->read, "I have read all of them");
    command->add_option("--cursor", options->cursor, "the next page");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            if (options->read) {
                v1::ReadMentionsRequest request;
                request.set_request_id(Connection::request_id());
                return call<v1::ReadMentionsResponse>(
                    client, common, "DeskService/ReadMentions", request,
                    [](const v1::ReadMentionsResponse&) { return std::string("all read\n"); });
            }
            v1::ListMentionsRequest request;
            request.set_unread_only(!options->all);
            request.set_cursor(options->cursor);
            return call<v1::ListMentionsResponse>(client, common, "DeskService/ListMentions", request,
                                                  mentions_text);
        });
    });
}

void add_at_risk(CLI::App& app, Common& common) {
    struct Options {
        std::string risk = "deadline", cursor;
        int minutes = 0;
    };
    auto options = std::make_shared<Options>();
    auto* command = add(app, common, "at-risk", "conversations that run out of time");
    command
        ->add_option("what", options->risk,
                     "deadline, of that only late or soon, or window: the platform takes no answer after")
        ->check(CLI::IsMember({"deadline", "late", "soon", "window"}))
        ->capture_default_str();
    command->add_option("--minutes", options->minutes, "within so many")->check(CLI::Range(1, 1440));
    command->add_option("--cursor", options->cursor, "the next page");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::ListAtRiskRequest request;
            request.set_risk(kRisks.at(options->risk));
            if (options->minutes > 0) request.mutable_within()->set_seconds(60L * options->minutes);
            request.set_cursor(options->cursor);
            return call<v1::ListAtRiskResponse>(
                client, common, "DeskService/ListAtRisk", request,
                [](const v1::ListAtRiskResponse& r) { return at_risk_table(r, now()); });
        });
    });
}

void add_views(CLI::App& app, Common& common) {
    auto* command = add(app, common, "views", "lists with a filter that somebody shared");
    command->callback([&common] {
        with_server(common, [&](rpc::SyncClient& client) {
            return call<v1::ListViewsResponse>(
                client, common, "DeskService/ListViews", v1::ListViewsRequest{},
                [](const v1::ListViewsResponse& r) {
                    if (r.views().empty()) return std::string("No views are shared.\n");
                    std::vector<std::vector<std::string>> rows;
                    for (const auto& view : r.views()) {
                        rows.push_back({view.id(), safe(view.name(), 60), view.list(),
                                        view.team().empty() ? "everybody" : view.team()});
                    }
                    return table({"VIEW", "NAME", "LIST", "FOR"}, rows);
                });
        });
    });
}

}  // namespace

void add_desk(CLI::App& app, Common& common) {
    add_deliveries(app, common);
    add_settle(app, common);
    add_mentions(app, common);
    add_at_risk(app, common);
    add_views(app, common);
}

}  // namespace guichet::cli
