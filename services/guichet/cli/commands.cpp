#include "services/guichet/cli/commands.hpp"

#include <iterator>

#include "services/guichet/cli/attaching.hpp"
#include "services/guichet/cli/auditing.hpp"
#include "services/guichet/cli/command.hpp"
#include "services/guichet/cli/completion.hpp"
#include "services/guichet/cli/desk.hpp"
#include "services/guichet/cli/doctor/doctor.hpp"
#include "services/guichet/cli/personal.hpp"

namespace guichet::cli {

CLI::App* add(CLI::App& app, Common& common, const char* name, const char* description) {
    auto* command = app.add_subcommand(name, description);
    command->add_option("--server", common.where.server, "host:port of the server's gRPC")->type_name("ADDR");
    command->add_option("--data", common.where.data, "data directory of a server on this machine")
        ->type_name("DIR");
    auto& where = common.where;
    command->add_option("--tls-ca", where.tls_ca, "authorities (PEM) of the server's certificate")
        ->type_name("FILE");
    command->add_option("--tls-cert", where.tls_cert, "certificate (PEM) to show to the server")
        ->type_name("FILE");
    command->add_option("--tls-key", where.tls_key, "its key (PEM)")->type_name("FILE");
    command
        ->add_option("--tls-name", where.tls_name,
                     "the name in the server's certificate, where it is not that of the address")
        ->type_name("NAME");
    command->add_flag("--json", common.json, "for programs: JSON");
    return command;
}

std::string read_text(const std::string& text) {
    if (text != "-") return text;
    return {std::istreambuf_iterator<char>(std::cin), {}};
}

Result<v1::GetConversationResponse> look_at(rpc::SyncClient& client, const std::string& id) {
    v1::GetConversationRequest request;
    request.set_conversation(id);
    request.set_message_limit(1);
    return client.call<v1::GetConversationResponse>("guichet.v1.InboxService/GetConversation", request,
                                                    std::chrono::seconds(30));
}

Result<v1::Conversation> look_up(rpc::SyncClient& client, const std::string& id) {
    auto response = look_at(client, id);
    if (!response) return response.error();
    return response->conversation();
}

void add_commands(CLI::App& app, int& code) {
    // Lives as long as the program: callbacks refer to it.
    static Common common;
    common.code = &code;
    add_reading(app, common);
    add_attaching(app, common);
    add_working(app, common);
    add_moving(app, common);
    add_calling(app, common);
    add_people(app, common);
    add_desk(app, common);
    add_writing(app, common);
    add_moderating(app, common);
    add_apart(app, common);
    add_segment(app, common);
    add_history(app, common);
    add_second_factor(app, common);
    add_auditing(app, common);
    add_personal(app, common);
    auto* doctor = add(app, common, "doctor", "what is wrong here, and what to do");
    static ConfigArguments config;
    doctor->add_option("--config", config.file, "the server's TOML file")->type_name("FILE");
    doctor->add_option("--set", config.set, "one property, as the server has it")->type_name("NAME=VALUE");
    doctor->callback([] { *common.code = run_doctor(common.where, config, common.json); });
    auto* completion = app.add_subcommand("completion", "a completion script: source <(guichet completion)");
    completion->callback([&app, &code] {
        std::cout << bash_completion(app);
        code = kDone;
    });
}

}  // namespace guichet::cli
