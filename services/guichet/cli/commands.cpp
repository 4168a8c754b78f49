#include "services/guichet/cli/commands.hpp"

#include "services/guichet/cli/command.hpp"
#include "services/guichet/cli/completion.hpp"
#include "services/guichet/cli/doctor.hpp"

namespace guichet::cli {

CLI::App* add(CLI::App& app, Common& common, const char* name, const char* description) {
    auto* command = app.add_subcommand(name, description);
    command->add_option("--server", common.where.server, "host:port of the server's gRPC")->type_name("ADDR");
    command->add_option("--data", common.where.data, "data directory of a server on this machine")
        ->type_name("DIR");
    command->add_flag("--json", common.json, "for programs: JSON");
    return command;
}

void add_commands(CLI::App& app, int& code) {
    // Lives as long as the program: callbacks refer to it.
    static Common common;
    common.code = &code;
    add_reading(app, common);
    add_working(app, common);
    auto* doctor = add(app, common, "doctor", "what is wrong here, and what to do");
    doctor->callback([] { *common.code = run_doctor(common.where); });
    auto* completion = app.add_subcommand("completion", "a completion script: source <(guichet completion)");
    completion->callback([&app, &code] {
        std::cout << bash_completion(app);
        code = kDone;
    });
}

}  // namespace guichet::cli
