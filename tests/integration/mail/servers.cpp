#include "tests/integration/mail/servers.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/redis_server.hpp"
#include "tests/support/wait.hpp"

namespace guichet::test {
namespace {

namespace fs = std::filesystem;

// Neither program serves mail as root.
constexpr char kOrdinary[] = "nobody";
// Their configurations, which the end-to-end tests use, too.
const std::string kShapes = GUICHET_MAIL_SHAPES "/";

void write_file(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string replaced(std::string text, const std::vector<std::pair<std::string, std::string>>& values) {
    for (const auto& [name, value] : values) {
        const auto mark = "@" + name + "@";
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
            text.replace(at, mark.size(), value);
    }
    return text;
}

void run_or_throw(const std::string& command) {
    // NOLINTNEXTLINE(bugprone-command-processor,cert-env33-c): of the test's own making.
    if (std::system((command + " >/dev/null 2>&1").c_str()) != 0)
        throw std::runtime_error("failed: " + command);
}

bool answers(int port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool good = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return good;
}

// Added to their configurations: sign-in by token.
constexpr char kDovecotTokens[] = R"(
auth_mechanisms = plain login xoauth2
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = @dir@/oauth2.conf
}
)";
constexpr char kJudge[] = R"(introspection_mode = post
introspection_url = http://127.0.0.1:@judge@/introspect
username_attribute = username
active_attribute = active
active_value = true
)";
constexpr char kEximTokens[] = R"(
xoauth2:
  driver = plaintext
  public_name = XOAUTH2
  server_prompts = :
  server_condition = ${if eq{${sg{$auth1}{good-[0-9]+}{good}}}{user=help@shop.example\001auth=Bearer good\001\001}}
  server_set_id = help@shop.example
)";

constexpr char kDeliver[] = R"(
import smtplib, sys
port, sender, recipient, count = sys.argv[1:]
mail = sys.stdin.buffer.read().replace(b"\n", b"\r\n")
with smtplib.SMTP("127.0.0.1", int(port)) as smtp:
    for number in range(int(count)):
        smtp.sendmail(sender, [recipient], mail.replace(b"%n", str(number).encode()))
)";

}  // namespace

MailServers::MailServers()
    : imap_(free_port()),
      imaps_(free_port()),
      lmtp_(free_port()),
      smtp_(free_port()),
      smtps_(free_port()),
      judge_(free_port()) {
    const auto* user = ::geteuid() == 0 ? ::getpwnam(kOrdinary) : ::getpwuid(::geteuid());
    if (user == nullptr) throw std::runtime_error("no user to run mail servers");
    user_ = user->pw_name;
    group_ = ::getgrgid(user->pw_gid)->gr_name;
    for (const auto* folder : {"run", "state", "mail", "spool"}) fs::create_directory(dir_ / folder);
    make_certificates();
    write_file(dir_ / "users",
               "help@shop.example:{PLAIN}secret::::::\nanna@example.org:{PLAIN}secret::::::\n");
    write_file(dir_ / "deliver.py", kDeliver);
    write_dovecot();
    write_exim();
    give_away();
    start_dovecot();
    start_exim();
}

MailServers::~MailServers() {
    end(exim_);
    end(dovecot_);
}

void MailServers::make_certificates() {
    const auto d = dir_.path().string() + "/";
    write_file(d + "names", "subjectAltName=DNS:localhost\n");
    run_or_throw("openssl req -x509 -newkey rsa:2048 -nodes -keyout " + d + "ca.key -out " + d +
                 "ca.pem -days 2 -subj '/CN=Guichet test authority'");
    run_or_throw("openssl req -newkey rsa:2048 -nodes -keyout " + d + "server.key -out " + d +
                 "server.csr -subj /CN=localhost");
    run_or_throw("openssl x509 -req -in " + d + "server.csr -CA " + d + "ca.pem -CAkey " + d +
                 "ca.key -CAcreateserial -out " + d + "server.pem -days 2 -extfile " + d + "names");
}

void MailServers::write_dovecot() {
    write_file(dir_ / "oauth2.conf", replaced(kJudge, {{"judge", std::to_string(judge_)}}));
    write_file(dir_ / "dovecot.conf", replaced(read_file(kShapes + "dovecot.conf") + kDovecotTokens,
                                               {{"dir", dir_.path().string()},
                                                {"user", user_},
                                                {"group", group_},
                                                {"imap", std::to_string(imap_)},
                                                {"imaps", std::to_string(imaps_)},
                                                {"lmtp", std::to_string(lmtp_)}}));
}

void MailServers::write_exim() {
    write_file(dir_ / "exim.conf",
               replaced(read_file(kShapes + "exim.conf") + kEximTokens, {{"dir", dir_.path().string()},
                                                                         {"user", user_},
                                                                         {"group", group_},
                                                                         {"lmtp", std::to_string(lmtp_)},
                                                                         {"smtp", std::to_string(smtp_)},
                                                                         {"smtps", std::to_string(smtps_)}}));
}

// As root: everything belongs to the ordinary user, who may pass through the folders above.
void MailServers::give_away() const {
    if (::geteuid() != 0) return;
    run_or_throw("chown -R " + user_ + ":" + group_ + " " + dir_.path().string());
    for (auto above = dir_.path().parent_path(); above != above.root_path(); above = above.parent_path()) {
        struct stat info {};
        if (::stat(above.c_str(), &info) != 0 || info.st_uid != 0 || (info.st_mode & S_IXOTH) != 0) break;
        ::chmod(above.c_str(), (info.st_mode & 07777) | S_IXOTH | S_IXGRP);
    }
}

pid_t MailServers::start(const std::vector<std::string>& line, const std::string& output) const {
    const pid_t parent = ::getpid();
    const auto* user = ::getpwnam(user_.c_str());
    const pid_t pid = ::fork();
    if (pid < 0) throw std::runtime_error("cannot fork");
    if (pid > 0) return pid;
    if (::geteuid() == 0 &&
        (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
        ::_exit(125);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(126);
    const int null = ::open("/dev/null", O_RDWR);
    const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(null, 0);
    ::dup2(out, 1);
    ::dup2(out, 2);
    std::vector<char*> argv;
    argv.reserve(line.size() + 1);
    for (const auto& argument : line) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    ::execv(argv[0], argv.data());
    ::_exit(127);
}

void MailServers::await_port(int port, pid_t& pid) const {
    const bool ready = wait_until([&] {
        if (::waitpid(pid, nullptr, WNOHANG) == pid) pid = -1;
        return pid < 0 || answers(port);
    });
    if (!ready || pid < 0) throw std::runtime_error("a mail server does not start: " + log());
}

void MailServers::start_dovecot() {
    dovecot_ = start({"/usr/sbin/dovecot", "-F", "-c", dir_ / "dovecot.conf"}, dir_ / "dovecot.out");
    await_port(imap_, dovecot_);
    await_port(lmtp_, dovecot_);
}

void MailServers::start_exim() {
    exim_ = start({"/usr/sbin/exim4", "-C", dir_ / "exim.conf", "-bdf", "-q1s"}, dir_ / "exim.out");
    await_port(smtp_, exim_);
}

void MailServers::end(pid_t& pid) {
    if (pid < 0) return;
    ::kill(pid, SIGTERM);
    ::waitpid(pid, nullptr, 0);
    pid = -1;
}

void MailServers::restart_imap() {
    end(dovecot_);
    start_dovecot();
}

void MailServers::recreate_mailboxes() {
    end(dovecot_);
    fs::remove_all(dir_ / "mail");
    fs::create_directory(dir_ / "mail");
    give_away();
    start_dovecot();
}

std::string MailServers::authority() const {
    return read_file(dir_ / "ca.pem");
}

std::string MailServers::deliver(const std::string& from, const std::string& to, const std::string& mail,
                                 int count) const {
    write_file(dir_ / "mail.eml", mail);
    const auto command = "python3 " + (dir_ / "deliver.py") + " " + std::to_string(smtp_) + " " + from + " " +
                         to + " " + std::to_string(count) + " <" + (dir_ / "mail.eml") + " >" +
                         (dir_ / "deliver.out") + " 2>&1";
    // NOLINTNEXTLINE(bugprone-command-processor,cert-env33-c): of the test's own making.
    return std::system(command.c_str()) == 0 ? std::string() : read_file(dir_ / "deliver.out");
}

std::vector<std::string> MailServers::files(const std::string& user, const std::string& folder) const {
    std::vector<std::string> out;
    const fs::path path = fs::path(dir_ / "mail") / user / "Maildir" / folder;
    if (!fs::is_directory(path)) return out;
    for (const auto& entry : fs::directory_iterator(path)) out.push_back(entry.path().string());
    return out;
}

std::string MailServers::log() const {
    std::string text;
    for (const auto* name : {"dovecot.out", "dovecot.log", "exim.out", "exim-mainlog", "exim-paniclog"})
        text += std::string(name) + ":\n" + read_file(dir_ / name);
    return text;
}

}  // namespace guichet::test
