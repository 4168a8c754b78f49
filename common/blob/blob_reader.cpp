#include "common/blob/blob_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/core/bytes.hpp"

namespace guichet::blob {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

}  // namespace

Result<BlobReader> BlobReader::open(const std::filesystem::path& root, const std::string& name,
                                    std::size_t limit) {
    auto digest = digest_in(name);
    if (digest.empty()) return invalid("blob", "a blob's name is sha256: and 64 hexadecimal digits");
    const auto path = root / digest.substr(0, 2) / digest;
    File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.fd() < 0)
        return errno == ENOENT ? not_found("there is no such blob: " + name) : disk_refused("read");
    struct stat found {};
    if (::fstat(file.fd(), &found) != 0) return disk_refused("read");
    const auto size = static_cast<std::size_t>(found.st_size);
    if (size > limit)
        return make_status(Code::resource_exhausted, "the blob is larger than asked for", "too_large");
    return BlobReader(std::move(file), size, std::move(digest));
}

Result<std::string> BlobReader::next(std::size_t most) {
    if (ended_) return std::string();
    std::string piece(std::min(most, size_ - done_), '\0');
    std::size_t got = 0;
    while (got < piece.size()) {
        const auto n =
            ::pread(file_.fd(), piece.data() + got, piece.size() - got, static_cast<off_t>(done_ + got));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return disk_refused("read");
        got += static_cast<std::size_t>(n);
    }
    done_ += piece.size();
    sum_.add(piece);
    ended_ = done_ == size_;
    if (ended_ && hex(sum_.finish()) != digest_) {
        return make_status(Code::data_loss, "the blob's bytes have changed on disk: sha256:" + digest_,
                           "corrupt");
    }
    return piece;
}

Result<void> BlobReader::verify() {
    while (!ended_) {
        auto piece = next(kPiece);
        if (!piece) return piece.error();
    }
    done_ = 0;
    ended_ = false;
    sum_ = Sha256();
    return {};
}

}  // namespace guichet::blob
