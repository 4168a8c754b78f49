// The executable: which command was asked for, and nothing else.
#include <iostream>

#include <CLI/CLI.hpp>

#include "services/guichet/backup_command.hpp"
#include "services/guichet/cli/commands.hpp"
#include "services/guichet/demo_command.hpp"
#include "services/guichet/serve_command.hpp"

namespace {

void add_config_options(CLI::App& command, guichet::ConfigArguments& arguments) {
    command.add_option("--config", arguments.file, "TOML file; see guichet print-config")->type_name("FILE");
    command.add_option("--set", arguments.set, "one property, e.g. --set log.level=debug")
        ->type_name("NAME=VALUE");
    command.add_option("--target", arguments.target,
                       "all, or a list of ingest,routing,reply,escalation,inbox,gateway");
    command.add_option("--data", arguments.data, "where the data lie")->type_name("DIR");
    command.add_option("--http", arguments.http, "where HTTP listens, e.g. 127.0.0.1:8080")
        ->type_name("ADDR");
    command.add_option("--grpc", arguments.grpc, "where gRPC listens, e.g. 127.0.0.1:8081")
        ->type_name("ADDR");
    command.add_option("--redis", arguments.redis, "redis://, rediss:// or unix://; none: one of its own")
        ->type_name("URL");
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Guichet: one counter for every voice.", "guichet"};
    app.require_subcommand(1);
    int code = 0;
    guichet::ConfigArguments arguments;
    bool json = false;

    auto* serve = app.add_subcommand("serve", "run the server, or one of its services");
    add_config_options(*serve, arguments);
    serve->callback([&] { code = guichet::serve(arguments); });

    auto* check = app.add_subcommand("check-config", "say whether the configuration is right");
    add_config_options(*check, arguments);
    check->callback([&] { code = guichet::check_config(arguments); });

    auto* print =
        app.add_subcommand("print-config", "the configuration in force, with sources and descriptions");
    add_config_options(*print, arguments);
    print->add_flag("--json", json, "as JSON");
    print->callback([&] { code = guichet::print_config(arguments, json); });

    guichet::add_backup_commands(app, code);
    guichet::add_demo_command(app, code);
    guichet::cli::add_commands(app, code);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = app.exit(error);
        return status == 0 ? 0 : 2;
    }
    return code;
}
