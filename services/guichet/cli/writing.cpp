#include <memory>

#include "guichet/v1/writing.pb.h"
#include "services/guichet/cli/desk.hpp"

namespace guichet::cli {
namespace {

std::string position_text(const v1::Position& position) {
    return position.id() + "  " + safe(position.title(), 200) +
           (position.house_style() ? "  (house style)" : "") +
           (position.language().empty() ? "" : "  " + position.language()) +
           (position.team().empty() ? "" : "  team " + position.team()) + "\n" +
           safe_lines(position.text(), "    ");
}

void add_positions(CLI::App& app, Common& common) {
    auto language = std::make_shared<std::string>();
    auto* command = add(app, common, "positions", "what the brand has agreed to say, and how it speaks");
    command->add_option("--language", *language, "those of a language, e.g. fr");
    command->callback([&common, language] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::ListPositionsRequest request;
            request.set_language(*language);
            return call<v1::ListPositionsResponse>(client, common, "WritingService/ListPositions", request,
                                                   [](const v1::ListPositionsResponse& r) {
                                                       std::string out;
                                                       for (const auto& one : r.positions())
                                                           out += position_text(one);
                                                       return out.empty() ? "Nothing is agreed yet.\n" : out;
                                                   });
        });
    });
}

void add_put_position(CLI::App& app, Common& common) {
    struct Options {
        std::string title, text, language, team;
        bool house_style = false;
    };
    auto options = std::make_shared<Options>();
    auto* command =
        add(app, common, "put-position", "add what the brand has agreed to say, or how it speaks");
    command->add_option("title", options->title)->required();
    command->add_option("text", options->text, "-: from standard input")->required();
    command->add_option("--language", options->language, "of this language only, e.g. fr");
    command->add_option("--team", options->team, "for this team only");
    command->add_flag("--house-style", options->house_style, "how the brand speaks, not what it says");
    command->callback([&common, options] {
        with_server(common, [&](rpc::SyncClient& client) {
            v1::PutPositionRequest request;
            request.set_request_id(Connection::request_id());
            auto& position = *request.mutable_position();
            position.set_title(options->title);
            position.set_text(read_text(options->text));
            position.set_language(options->language);
            position.set_team(options->team);
            position.set_house_style(options->house_style);
            return call<v1::PutPositionResponse>(
                client, common, "WritingService/PutPosition", request,
                [](const v1::PutPositionResponse& r) { return position_text(r.position()); });
        });
    });
}

}  // namespace

void add_writing(CLI::App& app, Common& common) {
    add_positions(app, common);
    add_put_position(app, common);
}

}  // namespace guichet::cli
