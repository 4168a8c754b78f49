#include "services/guichet/demo_command.hpp"

#include <memory>

#include "services/demo/show/demo.hpp"

namespace guichet {

void add_demo_command(CLI::App& app, int& code) {
    struct Given {
        demo::DemoOptions options;
        std::string data;
        double pace = -1;
    };
    auto given = std::make_shared<Given>();
    auto* command = app.add_subcommand(
        "demo", "try Guichet on this machine alone: be the angry customer and the agent, then break it");
    command->add_option("--data", given->data, "keep the data there; else they are removed afterwards")
        ->type_name("DIR");
    command
        ->add_option("--pace", given->pace, "with --script: seconds after each step; on a terminal 2, else 0")
        ->check(CLI::Range(0.0, 60.0));
    command->add_flag("--color", given->options.color, "colours also where the output is no terminal");
    command->add_flag(
        "--script", given->options.script,
        "play the whole case on the terminal and check every promise, instead of pages for a visitor");
    command->add_option("--port", given->options.port, "of the visitor's pages; 0: the system chooses");
    command
        ->add_option("--customers", given->options.storm.messages,
                     "how many write while Redis and the server are killed")
        ->check(CLI::Range(6, 20'000))
        ->capture_default_str();
    command->add_option("--per-second", given->options.storm.per_second, "how many of them in a second")
        ->check(CLI::Range(1, 1'000))
        ->capture_default_str();
    command->callback([given, &code] {
        auto& options = given->options;
        options.data = given->data;
        if (given->pace >= 0) {
            options.pace = std::chrono::milliseconds(static_cast<std::int64_t>(given->pace * 1000));
        }
        options.storm.kill_redis_at = options.storm.messages / 3;
        options.storm.kill_server_at = options.storm.messages * 2 / 3;
        code = demo::run(options);
    });
}

}  // namespace guichet
