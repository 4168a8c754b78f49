#include "services/guichet/backup/restore.hpp"

#include "common/runtime/timer.hpp"
#include "common/store/reads.hpp"
#include "services/guichet/backup/key_copy.hpp"
#include "services/guichet/redis_address.hpp"
#include "services/inbox/archive_copy.hpp"
#include "services/inbox/sqlite_archive.hpp"

namespace guichet::backup {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kLoad = 30min;
constexpr std::size_t kMostKey = 4'096;
constexpr std::size_t kIndexed = 200;

// Redis reads its append-only files by this list; its first file may be a snapshot.
constexpr char kAppendOnly[] = "appendonlydir";
constexpr char kBase[] = "appendonly.aof.1.base.rdb";

// The key that will be in the data directory; nothing where it is configured, or given up.
Result<std::string> find_key(const config::Settings& settings, const RestoreOptions& options,
                             const Manifest& manifest) {
    std::string key;
    const bool configured = !settings.server.secrets_key.empty();
    if (configured) {
        key = settings.server.secrets_key.reveal();
    } else if (!options.key.empty() || manifest.key_included) {
        auto text = read_whole(options.key.empty() ? options.backup / kKey : options.key, kMostKey);
        if (!text) return text.error();
        key = text->substr(0, text->find_last_not_of("\r\n") + 1);
    }
    if (manifest.key_fingerprint.empty() || options.without_key) return std::string();
    if (key.empty()) {
        return make_status(
            Code::failed_precondition,
            "the key that opens the channels' secrets is not in the backup: name its file with --key, "
            "or say --without-key and give every channel new secrets",
            "no_key");
    }
    if (fingerprint(key) != manifest.key_fingerprint) {
        return make_status(Code::failed_precondition,
                           "this is not the key that seals the channels' secrets in the backup", "wrong_key");
    }
    return configured ? std::string() : key;
}

Status damaged(const fs::path& file) {
    return make_status(Code::data_loss, file.string() + " is not what the backup wrote: take another backup",
                       "damaged");
}

// The copy is looked at, not what it was made from: so it is whole where it will be used.
Result<void> copy_proven(const fs::path& from, const fs::path& to, const std::string& digest) {
    auto copied = copy_synced(from, to);
    if (!copied) return copied.error();
    auto found = digest_of(to);
    if (!found) return found.error();
    if (*found != digest) return damaged(from);
    return {};
}

// All of them before the first is used: nothing is written into a Redis that could not be finished.
Result<void> prove_masters(const RestoreOptions& options, const Manifest& manifest) {
    for (std::size_t i = 0; i < manifest.masters.size(); ++i) {
        const auto file = options.backup / state_file(i);
        auto found = digest_of(file);
        if (!found) return found.error();
        if (*found != manifest.masters[i].digest) return damaged(file);
    }
    return {};
}

// Where a Redis whose directory is `redis` reads it.
Result<void> lay_state(const fs::path& state, const fs::path& redis, const std::string& digest) {
    const auto folder = redis / kAppendOnly;
    auto made = make_private(folder);
    if (!made) return made.error();
    auto copied = copy_proven(state, folder / kBase, digest);
    if (!copied) return copied.error();
    return write_synced(folder / "appendonly.aof.manifest", std::string("file ") + kBase + " seq 1 type b\n");
}

Result<void> lay_files(const config::Settings& settings, const RestoreOptions& options,
                       const Manifest& manifest, const Progress& progress) {
    const auto& data = settings.server.data;
    auto key = find_key(settings, options, manifest);
    if (!key) return key.error();
    auto proven = prove_masters(options, manifest);
    if (!proven) return proven.error();
    if (manifest.masters.empty()) {
        auto state = lay_state(options.backup / kState, data / "redis", manifest.state_digest);
        if (!state) return state.error();
    }
    if (manifest.archive_bytes > 0) {
        auto archive = copy_proven(options.backup / kArchive, data / kArchive, manifest.archive_digest);
        if (!archive) return archive.error();
    }
    auto blobs = copy_blobs(options.backup / kBlobs, data / kBlobs, progress);
    if (!blobs) return blobs.error();
    if (blobs->files < manifest.files)
        return make_status(Code::data_loss,
                           "files are missing in the backup: " + std::to_string(blobs->files) + " of " +
                               std::to_string(manifest.files) + " are there");
    if (key->empty()) return {};
    return write_synced(data / kKey, *key + "\n");
}

asio::awaitable<Result<std::int64_t>> take_back_archive(const fs::path& path, store::Restoring& restoring,
                                                        store::Reads& reads) {
    auto events = co_await restoring.last_events();
    if (!events) co_return events.error();
    auto raw = co_await restoring.last_raw();
    if (!raw) co_return raw.error();
    inbox::SqliteArchive archive(path.string());
    // Refuses what a newer Guichet wrote.
    auto opened = archive.open();
    if (!opened) co_return opened.error();
    auto rewound = inbox::rewind_archive(path.string(), *events, *raw);
    if (!rewound) co_return rewound.error();
    std::map<std::string, std::vector<std::string>> touched;
    for (auto& [workspace, conversation] : rewound->conversations) touched[workspace].push_back(conversation);
    for (const auto& [workspace, ids] : touched) {
        for (std::size_t from = 0; from < ids.size(); from += kIndexed) {
            const auto end = ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), from + kIndexed));
            std::vector<std::string> some(ids.begin() + static_cast<std::ptrdiff_t>(from), end);
            auto kept = co_await reads.conversations_as_kept(WorkspaceId(workspace), std::move(some), "*");
            if (!kept) co_return kept.error();
            inbox::Batch batch;
            for (auto& conversation : *kept) {
                conversation.clear_epoch();
                batch.conversations.push_back({workspace, std::move(conversation)});
            }
            auto written = archive.write(batch);
            if (!written) co_return written.error();
        }
    }
    co_return rewound->events;
}

asio::awaitable<Result<Restored>> put_right(redis::Client& client, const config::Settings& settings,
                                            RestoreOptions options, Manifest manifest, const Clock& clock,
                                            Random& random) {
    store::Store store(client, random, clock, manifest.partitions);
    store::Reads reads(store);
    store::Restoring restoring(store, manifest.partitions);
    Restored restored;
    restored.manifest = manifest;
    auto loaded = co_await store.load();
    if (!loaded) co_return loaded.error();
    if (manifest.archive_bytes > 0) {
        auto events = co_await take_back_archive(settings.server.data / kArchive, restoring, reads);
        if (!events) co_return events.error();
        restored.events = *events;
    }
    if (!options.nothing_sent_since) {
        auto doubted = co_await restoring.doubt_deliveries(settings.reply.unconfirmed_wait);
        if (!doubted) co_return doubted.error();
        restored.doubted = *doubted;
    }
    auto ended = co_await restoring.end_incarnations();
    if (!ended) co_return ended.error();
    co_return restored;
}

redis::ClientOptions for_whole_keys(redis::Address address) {
    redis::ClientOptions options;
    options.address = std::move(address);
    // A stream is one key.
    options.max_reply_bytes = options.max_outstanding_bytes = std::size_t{1} << 30;
    options.stall_timeout = std::chrono::milliseconds(0);
    return options;
}

// One master's state, loaded by a Redis of its own for the time, and from there into `target`.
asio::awaitable<Result<void>> take_master(asio::any_io_executor executor, const config::Settings& settings,
                                          fs::path state, std::string digest, redis::Client& target,
                                          const Clock& clock, Random& random, const Progress& progress) {
    auto options = embedded_options(settings, settings.server.data);
    options.data_dir = settings.server.data / "redis.part";
    auto laid = lay_state(state, options.data_dir, digest);
    if (!laid) co_return laid.error();
    const auto folder = options.data_dir;
    redis::EmbeddedServer server(executor, std::move(options), clock, random);
    auto done = co_await server.start(kLoad);
    if (done) {
        redis::Client client(executor, for_whole_keys(server.address()), clock, random);
        client.start();
        const CopyLimits limits;
        done = co_await copy_keys(client, target, limits, progress);
        co_await client.stop();
    }
    co_await server.stop();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    co_return done;
}

Status with_what_is_there(Status status, const config::Settings& settings) {
    if (!settings.redis.url.empty())
        status.message +=
            " (the Redis at redis.url holds a part of it now: empty it before the next restore)";
    return status;
}

asio::awaitable<Result<Restored>> take_masters(asio::any_io_executor executor,
                                               const config::Settings& settings, redis::Address address,
                                               RestoreOptions options, Manifest manifest, const Clock& clock,
                                               Random& random, const Progress& progress) {
    redis::Client target(executor, for_whole_keys(address), clock, random);
    target.start();
    // A master that is away, or a slot that nobody holds, is told before anything is written.
    auto parts = co_await find_parts(executor, std::move(address), clock, random);
    Result<void> empty;
    if (parts) {
        empty = co_await require_no_keys(target);
    } else {
        empty = parts.error();
    }
    Result<void> taken = empty;
    const auto all = static_cast<std::int64_t>(manifest.masters.size());
    for (std::int64_t i = 0; taken && i < all; ++i) {
        const auto master = static_cast<std::size_t>(i);
        taken = co_await take_master(executor, settings, options.backup / state_file(master),
                                     manifest.masters[master].digest, target, clock, random, progress);
        if (taken) progress("masters", i + 1, all);
    }
    Result<Restored> restored = Restored{};
    if (taken) {
        restored = co_await put_right(target, settings, options, manifest, clock, random);
    } else {
        restored = taken.error();
    }
    co_await target.stop();
    if (empty && !restored) co_return with_what_is_there(restored.error(), settings);
    co_return restored;
}

// Of a cluster, into the Redis that is configured, cluster or not, and else into one of our own.
asio::awaitable<Result<Restored>> gather(asio::any_io_executor executor, const config::Settings& settings,
                                         RestoreOptions options, Manifest manifest, const Clock& clock,
                                         Random& random, const Progress& progress) {
    if (!settings.redis.url.empty()) {
        auto address = redis_address(settings.redis);
        if (!address) co_return address.error();
        co_return co_await take_masters(executor, settings, std::move(*address), options, manifest, clock,
                                        random, progress);
    }
    redis::EmbeddedServer server(executor, embedded_options(settings, settings.server.data), clock, random);
    auto started = co_await server.start(kLoad);
    if (!started) {
        co_await server.stop();
        co_return started.error();
    }
    auto restored = co_await take_masters(executor, settings, server.address(), options, manifest, clock,
                                          random, progress);
    co_await server.stop();
    co_return restored;
}

// Redis itself says whether the state is whole, by loading it.
asio::awaitable<Result<Restored>> load_and_put_right(asio::any_io_executor executor,
                                                     const config::Settings& settings, RestoreOptions options,
                                                     Manifest manifest, const Clock& clock, Random& random) {
    redis::EmbeddedServer server(executor, embedded_options(settings, settings.server.data), clock, random);
    auto started = co_await server.start(kLoad);
    if (!started) {
        co_await server.stop();
        co_return started.error();
    }
    redis::ClientOptions connecting;
    connecting.address = server.address();
    redis::Client client(executor, std::move(connecting), clock, random);
    client.start();
    auto restored = co_await put_right(client, settings, options, manifest, clock, random);
    co_await client.stop();
    co_await server.stop();
    co_return restored;
}

void clear(const fs::path& data) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(data, ignored)) fs::remove_all(entry.path(), ignored);
}

asio::awaitable<Result<Restored>> fill(asio::any_io_executor executor, const config::Settings& settings,
                                       RestoreOptions options, Manifest manifest, const Clock& clock,
                                       Random& random, Progress progress) {
    auto laid = lay_files(settings, options, manifest, progress);
    if (!laid) co_return laid.error();
    progress("state", manifest.state_bytes, manifest.state_bytes);
    Result<Restored> restored = Restored{};
    if (manifest.masters.empty()) {
        restored = co_await load_and_put_right(executor, settings, options, manifest, clock, random);
    } else {
        restored = co_await gather(executor, settings, options, manifest, clock, random, progress);
    }
    if (!restored) co_return restored.error();
    std::error_code error;
    fs::remove(settings.server.data / kUnfinished, error);
    if (error) co_return internal("cannot finish " + settings.server.data.string() + ": " + error.message());
    auto synced = sync_path(settings.server.data);
    if (!synced) co_return synced.error();
    co_return restored;
}

}  // namespace

asio::awaitable<Result<Restored>> restore_backup(asio::any_io_executor executor,
                                                 const config::Settings& settings, RestoreOptions options,
                                                 const Clock& clock, Random& random, Progress progress) {
    auto manifest = read_manifest(options.backup, store::library_number());
    if (!manifest) co_return manifest.error();
    auto free = require_absent_or_empty(settings.server.data);
    if (!free) co_return free.error();
    auto made = make_private(settings.server.data);
    if (!made) co_return made.error();
    auto marked =
        write_synced(settings.server.data / kUnfinished, "a restore did not end: remove this directory\n");
    if (!marked) co_return marked.error();
    auto restored = co_await fill(executor, settings, options, *manifest, clock, random, progress);
    if (!restored) clear(settings.server.data);
    co_return restored;
}

}  // namespace guichet::backup
