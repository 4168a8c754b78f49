// Power loss for a redis-server, by LD_PRELOAD: what was not fsynced is gone when the power goes.
//
// At the moment of a real power cut the kernel's page cache is lost. Here each file below GUICHET_POWER_DIR has a
// shadow in GUICHET_POWER_SHADOW: what a disk would hold. Only a successful fsync or fdatasync copies into it, and only
// what had been written by then; an entry of a directory (a creation, a rename, a removal) reaches it only with
// an fsync of that directory. After kill -9 the test starts the next server from the shadow: that is the power cut.
//
// Left out: file systems that keep more than they promise (they only lose less), mmap (Redis writes none), and
// torn sectors within one fsync (an fsync that did not return was not acknowledged either).
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static const char *watched;
static const char *shadow;

// What cannot be shadowed would make the test lie: better no Redis than a wrong one.
static void fail(const char *what) {
    perror(what);
    _exit(97);
}

// Of a file below the watched folder, what follows its name; NULL for any other.
static const char *below(const char *path) {
    size_t length = watched ? strlen(watched) : 0;
    if (length == 0 || strncmp(path, watched, length) != 0) return NULL;
    return path[length] == '/' || path[length] == '\0' ? path + length : NULL;
}

static int path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return -1;
    path[length] = '\0';
    return 0;
}

// A file, whatever its name may become: inode and birth, since inodes are used again.
static int key_of(int folder, const char *name, char *key, size_t room) {
    struct statx at;
    const int flags = *name ? AT_SYMLINK_NOFOLLOW : AT_EMPTY_PATH;
    if (statx(folder, name, flags, STATX_INO | STATX_BTIME, &at) != 0) return -1;
    if (!(at.stx_mask & STATX_BTIME)) at.stx_btime.tv_sec = at.stx_btime.tv_nsec = 0;
    snprintf(key, room, "%llu-%lld-%u", (unsigned long long)at.stx_ino, (long long)at.stx_btime.tv_sec,
             at.stx_btime.tv_nsec);
    return 0;
}

static void copy_range(int from, int to, off_t start, off_t end) {
    char buffer[1 << 16];
    while (start < end) {
        size_t most = end - start < (off_t)sizeof buffer ? (size_t)(end - start) : sizeof buffer;
        ssize_t got = pread(from, buffer, most, start);
        if (got < 0 || (got > 0 && pwrite(to, buffer, (size_t)got, start) != got)) fail("power: copy");
        if (got == 0) return;
        start += got;
    }
}

// Redis appends, and writes new files whole: what was synced once never changes, so only the rest is copied, up to `end`.
// By /proc, since the descriptor may be for writing only and its name gone.
static void keep_file(int fd, off_t end) {
    struct stat now, kept;
    char blocks[PATH_MAX], link[64], key[64];
    if (fstat(fd, &now) != 0) return;
    if (key_of(fd, "", key, sizeof key) != 0) fail("power: statx");
    snprintf(blocks, sizeof blocks, "%s/blocks/%s", shadow, key);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int from = open(link, O_RDONLY | O_CLOEXEC);
    int to = open(blocks, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (from < 0 || to < 0 || fstat(to, &kept) != 0) fail("power: file");
    if (now.st_size < end) end = now.st_size;
    if (kept.st_size > end && ftruncate(to, end) != 0) fail("power: truncate");
    copy_range(from, to, kept.st_size < end ? kept.st_size : end, end);
    close(from);
    close(to);
}

// Names as a disk has them: one line for each entry, `key name`, replaced at once.
static void keep_directory(const char *path, const char *relative) {
    char list[2 * PATH_MAX], fresh[2 * PATH_MAX + 8], name[PATH_MAX], key[64];
    snprintf(name, sizeof name, "%s", *relative ? relative + 1 : "");
    for (char *c = name; *c; ++c)
        if (*c == '/') *c = '%';
    snprintf(list, sizeof list, "%s/names/%s", shadow, *name ? name : "%");
    snprintf(fresh, sizeof fresh, "%s.new", list);
    DIR *folder = opendir(path);
    FILE *out = fopen(fresh, "we");
    if (!folder || !out) fail("power: folder");
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        // What is gone since it was listed is not there.
        if (entry->d_type != DT_REG || key_of(dirfd(folder), entry->d_name, key, sizeof key) != 0) continue;
        fprintf(out, "%s %s\n", key, entry->d_name);
    }
    closedir(folder);
    if (fclose(out) != 0 || rename(fresh, list) != 0) fail("power: folder");
}

static int keep(int fd, int (*sync)(int)) {
    char path[PATH_MAX];
    struct stat before;
    const int known = shadow && path_of(fd, path) == 0 && fstat(fd, &before) == 0;
    const int done = sync(fd);
    if (done != 0 || !known) return done;
    const char *relative = below(path);
    if (relative && S_ISDIR(before.st_mode)) keep_directory(path, relative);
    // What another thread writes meanwhile is not promised.
    if (relative && S_ISREG(before.st_mode)) keep_file(fd, before.st_size);
    return done;
}

int fsync(int fd) { return keep(fd, real_fsync); }
int fdatasync(int fd) { return keep(fd, real_fdatasync); }

// When the power comes, the disk holds what lies there. A server that starts again without a power cut finds its
// shadow and leaves it alone.
static int seed(const char *path, const struct stat *at, int kind, struct FTW *where) {
    (void)where;
    if (kind == FTW_D) keep_directory(path, below(path));
    if (kind != FTW_F) return 0;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) fail("power: seed");
    keep_file(fd, at->st_size);
    close(fd);
    return 0;
}

__attribute__((constructor)) static void begin(void) {
    char folder[PATH_MAX];
    *(void **)&real_fsync = dlsym(RTLD_NEXT, "fsync");
    *(void **)&real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    watched = getenv("GUICHET_POWER_DIR");
    shadow = getenv("GUICHET_POWER_SHADOW");
    // Redis writes its process title over the environment.
    if (watched) watched = strdup(watched);
    if (shadow) shadow = strdup(shadow);
    if (!watched || !shadow || mkdir(shadow, 0700) != 0) return;
    snprintf(folder, sizeof folder, "%s/blocks", shadow);
    if (mkdir(folder, 0700) != 0) fail("power: blocks");
    snprintf(folder, sizeof folder, "%s/names", shadow);
    if (mkdir(folder, 0700) != 0) fail("power: names");
    if (nftw(watched, seed, 16, FTW_PHYS) != 0) fail("power: seed");
}
