#include "services/guichet/backup/files.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <unistd.h>
#include <vector>

#include <openssl/evp.h>

#include "common/blob/blob_store.hpp"
#include "common/core/bytes.hpp"

namespace guichet::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kToldEvery = 1'000;
constexpr std::size_t kNameSize = 64;
constexpr std::size_t kPiece = 1 << 20;

Status file_failed(const char* what, const fs::path& path) {
    return internal(std::string("cannot ") + what + " " + path.string() + ": " + std::strerror(errno));
}

std::vector<fs::path> blobs_of(const fs::path& root) {
    std::vector<fs::path> found;
    std::error_code error;
    for (fs::recursive_directory_iterator it(root, error), end; !error && it != end; it.increment(error)) {
        if (it->is_regular_file(error) && it->path().filename().string().size() == kNameSize)
            found.push_back(it->path());
    }
    return found;
}

}  // namespace

Result<void> require_absent_or_empty(const fs::path& path) {
    std::error_code error;
    if (!fs::exists(path, error)) return {};
    if (fs::is_directory(path, error) && fs::is_empty(path, error)) return {};
    return make_status(Code::failed_precondition, path.string() + " is not empty: name a new directory",
                       "not_empty");
}

Result<void> make_private(const fs::path& directory) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (!error) fs::permissions(directory, fs::perms::owner_all, error);
    if (error) return internal("cannot make " + directory.string() + ": " + error.message());
    return {};
}

Result<void> sync_path(const fs::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = file >= 0 && ::fsync(file) == 0;
    if (file >= 0) ::close(file);
    if (!synced) return file_failed("sync", path);
    return {};
}

Result<void> write_synced(const fs::path& path, const std::string& text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return file_failed("create", path);
    const bool kept =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
    ::close(file);
    if (!kept) return file_failed("write", path);
    return sync_path(path.parent_path());
}

Result<void> copy_synced(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::copy_file(from, to, error);
    if (!error) fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, error);
    if (error)
        return internal("cannot copy " + from.string() + " to " + to.string() + ": " + error.message());
    return sync_path(to);
}

Result<std::string> digest_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    bool whole = file.is_open() && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
    std::string piece(kPiece, '\0');
    while (whole && file) {
        file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        whole = EVP_DigestUpdate(context.get(), piece.data(), static_cast<std::size_t>(file.gcount())) == 1;
    }
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    auto* out = reinterpret_cast<unsigned char*>(digest.data());
    if (!whole || file.bad() || EVP_DigestFinal_ex(context.get(), out, &size) != 1)
        return file_failed("read", path);
    digest.resize(size);
    return hex(digest);
}

Result<std::string> read_whole(const fs::path& path, std::size_t most) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error) return not_found("cannot read " + path.string() + ": " + error.message());
    if (size > most) return invalid("", path.string() + " is too large for what it should be");
    std::ifstream file(path, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(file), {}};
}

Result<Counted> copy_blobs(const fs::path& from, const fs::path& to, const Progress& progress) {
    Counted counted;
    const auto blobs = blobs_of(from);
    for (const auto& blob : blobs) {
        std::error_code error;
        const auto size = fs::file_size(blob, error);
        // Erased since the list was made: nothing may bring it back.
        if (error == std::errc::no_such_file_or_directory) continue;
        if (error) return internal("cannot read " + blob.string() + ": " + error.message());
        auto bytes = blob::get_blob(from, "sha256:" + blob.filename().string(), size);
        if (!bytes && bytes.error().code == Code::not_found) continue;
        if (!bytes) return bytes.error();
        auto kept = blob::put_blob(to, *bytes);
        if (!kept) return kept.error();
        counted.bytes += static_cast<std::int64_t>(size);
        if (++counted.files % kToldEvery == 0)
            progress("files", counted.files, static_cast<std::int64_t>(blobs.size()));
    }
    return counted;
}

}  // namespace guichet::backup
