#include "services/guichet/backup/backup.hpp"

#include "common/store/restoring.hpp"
#include "services/guichet/secrets_key.hpp"
#include "services/inbox/archive_copy.hpp"

namespace guichet::backup {
namespace {

namespace fs = std::filesystem;

// Of what is written into `part`; says in the manifest what it was.
Result<void> copy_rest(const config::Settings& settings, const fs::path& part, Manifest& manifest,
                       const Progress& progress) {
    std::error_code error;
    const auto archive = archive_path(settings);
    if (fs::exists(archive, error)) {
        const auto to = part / kArchive;
        const auto tell = [&progress](std::int64_t done, std::int64_t all) {
            progress("archive", done, all);
        };
        auto copied = inbox::copy_archive(archive.string(), to.string(), tell);
        if (!copied) return copied.error();
        auto synced = sync_path(to);
        if (!synced) return synced.error();
        manifest.archive_bytes = static_cast<std::int64_t>(fs::file_size(to, error));
        auto digest = digest_of(to);
        if (!digest) return digest.error();
        manifest.archive_digest = std::move(*digest);
    }
    auto blobs = copy_blobs(settings.server.data / "blobs", part / kBlobs, progress);
    if (!blobs) return blobs.error();
    manifest.files = blobs->files;
    manifest.file_bytes = blobs->bytes;
    return {};
}

// The key is never made here: without one nothing is sealed yet.
Result<void> note_key(const config::Settings& settings, const fs::path& part, bool with_key, Random& random,
                      Manifest& manifest) {
    std::error_code error;
    if (settings.server.secrets_key.empty() && !fs::exists(settings.server.data / kKey, error)) return {};
    auto key = secrets_key(settings.server, random);
    if (!key) return key.error();
    manifest.key_fingerprint = fingerprint(*key);
    if (!with_key) return {};
    manifest.key_included = true;
    return write_synced(part / kKey, *key + "\n");
}

Result<void> finish(const fs::path& part, const fs::path& target, const Manifest& manifest) {
    auto written = write_synced(part / kManifest, to_json(manifest));
    if (!written) return written.error();
    std::error_code error;
    fs::rename(part, target, error);
    if (error) return internal("cannot name " + target.string() + ": " + error.message());
    return sync_path(fs::absolute(target).parent_path());
}

// One after the other: each at a moment after the backup began. A workspace lies whole in one of them.
asio::awaitable<Result<void>> save_states(Source& source, const fs::path& part, Manifest& manifest,
                                          const Progress& progress) {
    const auto& parts = source.parts();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto file = part / (source.is_cluster() ? state_file(i) : std::string(kState));
        auto saved = co_await source.save(parts[i], file, progress);
        if (!saved) co_return saved.error();
        auto digest = digest_of(file);
        if (!digest) co_return digest.error();
        std::error_code error;
        const auto bytes = static_cast<std::int64_t>(fs::file_size(file, error));
        manifest.state_bytes += bytes;
        if (source.is_cluster()) {
            manifest.format = kFormat;
            manifest.masters.push_back({bytes, std::move(*digest), parts[i].slots});
        } else {
            manifest.state_digest = std::move(*digest);
        }
    }
    co_return co_await source.check_unmoved();
}

asio::awaitable<Result<Manifest>> fill(Source& source, const config::Settings& settings, fs::path part,
                                       BackupOptions options, const Clock& clock, Random& random,
                                       Progress progress) {
    Manifest manifest;
    manifest.schema = store::library_number();
    manifest.partitions = static_cast<int>(settings.redis.partitions);
    auto opened = co_await source.open();
    if (!opened) co_return opened.error();
    manifest.begun_at = clock.now();
    auto saved = co_await save_states(source, part, manifest, progress);
    if (!saved) co_return saved.error();
    auto rest = copy_rest(settings, part, manifest, progress);
    if (!rest) co_return rest.error();
    auto key = note_key(settings, part, options.with_key, random, manifest);
    if (!key) co_return key.error();
    manifest.ended_at = clock.now();
    auto done = finish(part, options.target, manifest);
    if (!done) co_return done.error();
    co_return manifest;
}

}  // namespace

fs::path archive_path(const config::Settings& settings) {
    return settings.inbox.archive.empty() ? settings.server.data / kArchive : settings.inbox.archive;
}

asio::awaitable<Result<Manifest>> make_backup(asio::any_io_executor executor,
                                              const config::Settings& settings, BackupOptions options,
                                              const Clock& clock, Random& random, Progress progress) {
    auto target = fs::absolute(options.target).lexically_normal();
    if (!target.has_filename()) target = target.parent_path();
    options.target = target;
    auto free = require_absent_or_empty(target);
    if (!free) co_return free.error();
    const fs::path part = target.string() + ".part";
    auto unused = require_absent_or_empty(part);
    if (!unused) co_return unused.error();
    auto made = make_private(part);
    if (!made) co_return made.error();
    Source source(executor, settings, clock, random);
    auto filled = co_await fill(source, settings, part, options, clock, random, progress);
    co_await source.close();
    std::error_code ignored;
    if (!filled) fs::remove_all(part, ignored);
    co_return filled;
}

}  // namespace guichet::backup
