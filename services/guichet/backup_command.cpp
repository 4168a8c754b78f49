#include "services/guichet/backup_command.hpp"

#include <iostream>
#include <memory>
#include <optional>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "common/runtime/or_bug.hpp"
#include "services/guichet/backup/backup.hpp"
#include "services/guichet/backup/restore.hpp"
#include "services/guichet/serve_command.hpp"

namespace guichet {
namespace {

namespace asio = boost::asio;

constexpr int kDid = 0;
constexpr int kDidNot = 1;
constexpr int kWrongWords = 2;

void tell_progress(const char* what, std::int64_t done, std::int64_t all) {
    std::cerr << "  " << what << ": " << done;
    if (all > 0) std::cerr << " of " << all;
    std::cerr << std::endl;
}

template <class T>
asio::awaitable<void> keep_result(asio::awaitable<Result<T>> work, std::optional<Result<T>>& out) {
    out.emplace(co_await std::move(work));
}

// The context's thread is the main one: a child of ours dies with it.
template <class T>
Result<T> run_to_end(asio::io_context& io, asio::awaitable<Result<T>> work) {
    std::optional<Result<T>> out;
    asio::co_spawn(io, keep_result(std::move(work), out), runtime::or_bug("backup"));
    io.run();
    if (!out) return internal("it did not come to its end");
    return std::move(*out);
}

int say_failure(const Status& status) {
    std::cerr << "guichet: " << status.message << "\n";
    return kDidNot;
}

std::string seconds_text(std::int64_t ms) {
    return std::to_string(ms / 1000) + "." + std::to_string(ms / 100 % 10) + " s";
}

int run_backup(const ConfigArguments& arguments, const backup::BackupOptions& options) {
    auto loaded = load_config(arguments);
    if (!loaded) return kWrongWords;
    asio::io_context io;
    SystemClock clock;
    SystemRandom random;
    auto made = run_to_end(
        io, backup::make_backup(io.get_executor(), loaded->settings, options, clock, random, tell_progress));
    if (!made) return say_failure(made.error());
    std::cout << "backup   " << options.target.string() << "\n"
              << "state    " << made->state_bytes << " bytes"
              << (made->masters.empty() ? "" : " of " + std::to_string(made->masters.size()) + " masters")
              << "\n"
              << "archive  " << made->archive_bytes << " bytes\n"
              << "files    " << made->files << " (" << made->file_bytes << " bytes)\n"
              << "holds    all that was acknowledged before " << to_iso8601(made->begun_at) << "; took "
              << seconds_text(made->ended_at - made->begun_at) << "\n";
    if (made->key_included) {
        std::cout << "key      is in the backup: whoever has it can read the channels' secrets\n";
    } else if (!made->key_fingerprint.empty()) {
        std::cout << "key      is NOT in the backup: keep it elsewhere, without it no channel's secret can "
                     "be opened ("
                  << (loaded->settings.server.secrets_key.empty()
                          ? (loaded->settings.server.data / backup::kKey).string()
                          : std::string("server.secrets_key"))
                  << ")\n";
    }
    return kDid;
}

int run_restore(const ConfigArguments& arguments, const backup::RestoreOptions& options) {
    auto loaded = load_config(arguments);
    if (!loaded) return kWrongWords;
    asio::io_context io;
    SystemClock clock;
    SystemRandom random;
    const auto& settings = loaded->settings;
    auto done = run_to_end(
        io, backup::restore_backup(io.get_executor(), settings, options, clock, random, tell_progress));
    if (!done) return say_failure(done.error());
    std::cout << "restored " << settings.server.data.string() << " as of "
              << to_iso8601(done->manifest.begun_at) << "\n";
    if (done->doubted > 0) {
        std::cout
            << "answers  " << done->doubted
            << " were still to be sent and may have gone out since: they are unconfirmed and looked up at "
               "the platforms; what cannot be looked up waits for a person\n";
    }
    if (options.without_key && !done->manifest.key_fingerprint.empty())
        std::cout << "key      was given up: enter every channel's secrets anew\n";
    if (!settings.redis.url.empty() && !done->manifest.masters.empty()) {
        std::cout << "redis    the state of " << done->manifest.masters.size()
                  << " masters is in the Redis of redis.url\n";
    } else if (!settings.redis.url.empty()) {
        std::cout << "redis    the state is in " << (settings.server.data / "redis/appendonlydir").string()
                  << ": put it into the directory of your Redis before it starts\n";
    }
    return kDid;
}

void add_sources(CLI::App& command, ConfigArguments& arguments, const char* data) {
    command.add_option("--config", arguments.file, "TOML file; see guichet print-config")->type_name("FILE");
    command.add_option("--set", arguments.set, "one property, e.g. --set redis.binary=/usr/bin/redis-server")
        ->type_name("NAME=VALUE");
    command.add_option("--data", arguments.data, data)->type_name("DIR");
}

}  // namespace

void add_backup_commands(CLI::App& app, int& code) {
    struct Given {
        ConfigArguments from, to;
        backup::BackupOptions backup;
        backup::RestoreOptions restore;
    };
    auto given = std::make_shared<Given>();
    auto* backup =
        app.add_subcommand("backup", "copy everything into a new directory, while the server runs");
    backup->add_option("target", given->backup.target, "made by this command")->required()->type_name("DIR");
    add_sources(*backup, given->from, "the data directory of the server");
    backup->add_option("--redis", given->from.redis, "redis://, rediss:// or unix://; none: the server's own")
        ->type_name("URL");
    backup->add_flag("--with-key", given->backup.with_key,
                     "the key of the channels' secrets too: then the backup is as secret as they are");
    backup->callback([given, &code] { code = run_backup(given->from, given->backup); });

    auto* restore = app.add_subcommand("restore", "make a data directory of a backup");
    restore->add_option("backup", given->restore.backup, "what guichet backup made")
        ->required()
        ->type_name("DIR");
    add_sources(*restore, given->to, "the new data directory: absent or empty");
    restore->add_option("--key", given->restore.key, "the file with the key of the channels' secrets")
        ->type_name("FILE");
    restore->add_flag("--without-key", given->restore.without_key, "give up the channels' secrets");
    restore->add_flag("--nothing-sent-since", given->restore.nothing_sent_since,
                      "nothing was served after the backup: send waiting answers without looking them up");
    restore->callback([given, &code] { code = run_restore(given->to, given->restore); });
}

}  // namespace guichet
