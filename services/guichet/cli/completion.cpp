#include "services/guichet/cli/completion.hpp"

namespace guichet::cli {

std::string bash_completion(const CLI::App& app) {
    std::string names;
    std::string cases;
    const auto all = [](const CLI::App*) { return true; };
    for (const CLI::App* command : app.get_subcommands(all)) {
        names += (names.empty() ? "" : " ") + command->get_name();
        std::string options;
        for (const CLI::Option* option : command->get_options()) {
            for (const auto& name : option->get_lnames()) options += (options.empty() ? "--" : " --") + name;
        }
        cases += "        " + command->get_name() + ") words=\"" + options + "\" ;;\n";
    }
    return "_guichet() {\n"
           "    local words=\"" +
           names +
           "\"\n"
           "    if ((COMP_CWORD > 1)); then\n"
           "        case ${COMP_WORDS[1]} in\n" +
           cases +
           "        esac\n"
           "    fi\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
           "}\n"
           "complete -F _guichet guichet\n";
}

}  // namespace guichet::cli
