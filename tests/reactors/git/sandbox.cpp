#include "evenfold/tests/reactors/git/sandbox.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include "evenfold/reactors/git/restore.hpp"
#include "evenfold/tests/journal/child_process.hpp"

namespace evenfold::git_test {

namespace {

namespace fs = std::filesystem;

constexpr int nobody = 65534;

std::string bytes_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

FileContent content_at(const fs::path& path) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) throw std::runtime_error("gone: " + path.string());
    if (S_ISLNK(status.st_mode)) return {.kind = 'l', .bytes = fs::read_symlink(path).string()};
    if (!S_ISREG(status.st_mode)) return {.kind = 'p', .bytes = {}};
    return {.kind = (status.st_mode & S_IXUSR) != 0 ? 'x' : 'f', .bytes = bytes_of(path)};
}

[[noreturn]] void become_git(const fs::path& folder, const std::vector<std::string>& arguments, int in, int to) {
    std::vector<std::string> words{"git", "-C", folder.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    ::dup2(in, 0);
    ::dup2(to, 1);
    ::dup2(to, 2);
    ::execvp("git", pointers.data());
    ::_exit(127);
}

} // namespace

void use_own_settings() {
    static const journal::ScratchFolder home;
    static const bool set = [] {
        std::ofstream(home / ".gitconfig") << "[user]\n\tname = Ada\n\temail = ada@example.org\n"
                                              "[init]\n\tdefaultBranch = main\n[protocol \"file\"]\n\tallow = always\n"
                                              "[advice]\n\taddEmbeddedRepo = false\n[gc]\n\tauto = 0\n"
                                              "[safe]\n\tdirectory = *\n";
        fs::permissions(home.path(), fs::perms::all); // for as_nobody
        return ::setenv("HOME", home.path().c_str(), 1) == 0 && ::setenv("GIT_CONFIG_NOSYSTEM", "1", 1) == 0 &&
               ::unsetenv("XDG_CONFIG_HOME") == 0 && ::setenv("LC_ALL", "C", 1) == 0;
    }();
    if (!set) throw std::runtime_error("no settings of our own");
}

CommandResult run_git(const fs::path& folder, const std::vector<std::string>& arguments, const std::string& input) {
    use_own_settings();
    const journal::ScratchFolder exchange;
    std::ofstream(exchange / "in", std::ios::binary) << input;
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("no process can be forked");
    if (child == 0) {
        const int in = ::open((exchange / "in").c_str(), O_RDONLY);
        become_git(folder, arguments, in, ::open((exchange / "out").c_str(), O_WRONLY | O_CREAT, 0600));
    }
    int status = 0;
    while (::waitpid(child, &status, 0) != child) {}
    return {.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1, .out = bytes_of(exchange / "out")};
}

std::optional<int> as_nobody(const std::function<int()>& work) {
    journal::ChildProcess child([&] {
        if (::geteuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) return journal::not_permitted;
        return work();
    });
    const int result = child.end();
    if (result == journal::not_permitted) return std::nullopt;
    return result;
}

Sandbox::Sandbox(bool made) : root_(scratch_ / "tree") {
    use_own_settings();
    fs::create_directories(root_);
    if (made) git({"init", "--quiet"});
}

std::string Sandbox::git(const std::vector<std::string>& arguments) const {
    const CommandResult result = run_git(root_, arguments);
    if (result.exit != 0) throw std::runtime_error("git " + arguments.front() + ": " + result.out);
    return result.out;
}

bool Sandbox::is_healthy() const {
    const CommandResult result = run_git(root_, {"fsck", "--strict", "--no-dangling", "--no-progress"});
    const bool complains = result.out.find("error") != std::string::npos ||
                           result.out.find("missing") != std::string::npos ||
                           result.out.find("warning") != std::string::npos;
    return result.exit == 0 && !complains;
}

void Sandbox::write(const std::string& path, std::string_view bytes, bool executable) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary | std::ios::trunc) << bytes;
    if (::chmod((root_ / path).c_str(), executable ? 0755 : 0644) != 0) throw std::runtime_error("no chmod: " + path);
}

void Sandbox::link(const std::string& path, const std::string& target) const {
    fs::create_directories((root_ / path).parent_path());
    fs::create_symlink(target, root_ / path);
}

void Sandbox::remove(const std::string& path) const {
    fs::remove_all(root_ / path);
}

std::string Sandbox::read(const std::string& path) const {
    return bytes_of(root_ / path);
}

bool Sandbox::has(const std::string& path) const {
    std::error_code error; // set if a link on the path is circular
    return fs::exists(fs::symlink_status(root_ / path, error));
}

void Sandbox::commit_all(const std::string& message) const {
    git({"add", "--all"});
    git({"commit", "--quiet", "--allow-empty", "-m", message});
}

void Sandbox::add_submodule(const Sandbox& module, const std::string& path) const {
    git({"submodule", "--quiet", "add", module.root().string(), path});
}

Files Sandbox::files(const std::function<bool(const std::string&)>& left_out) const {
    Files found;
    for (auto at = fs::recursive_directory_iterator(root_); at != fs::recursive_directory_iterator(); ++at) {
        const std::string path = at->path().lexically_relative(root_).string();
        const bool left = at->path().filename() == ".git" || (left_out && left_out(path));
        if (left) at.disable_recursion_pending();
        if (left || (!at->is_symlink() && at->is_directory())) continue;
        found[path] = content_at(at->path());
    }
    return found;
}

Files Sandbox::users() const {
    Files found;
    const fs::path own = root_ / ".git";
    for (auto at = fs::recursive_directory_iterator(own); at != fs::recursive_directory_iterator(); ++at) {
        const std::string path = at->path().lexically_relative(own).string();
        const bool left = path == "objects" || path == "evenfold" || path == "refs/evenfold";
        if (left) at.disable_recursion_pending();
        if (!left && !at->is_directory()) found[path] = content_at(at->path());
    }
    return found;
}

git::Repository Sandbox::opened() const {
    auto opened = git::open(root_);
    if (!opened) throw std::runtime_error(opened.error().what);
    return *opened;
}

void Sandbox::give_away() const {
    fs::permissions(scratch_.path(), fs::perms::all);
    if (::geteuid() != 0) return;
    (void)::lchown(root_.c_str(), nobody, nobody);
    for (const auto& entry : fs::recursive_directory_iterator(root_))
        (void)::lchown(entry.path().c_str(), nobody, nobody);
}

std::string ref_of(const std::string& id) {
    return "refs/evenfold/checkpoints/" + id;
}

git::CaptureOptions capture_of(const std::string& id, std::optional<std::string> previous) {
    if (previous) previous = ref_of(*previous);
    return {.ref = ref_of(id),
            .message = "checkpoint " + id,
            .author = {.name = "Evenfold", .email = "evenfold@example.org", .at_s = 1'700'000'000},
            .previous = std::move(previous)};
}

git::CheckpointCommit captured(const Sandbox& box, const std::string& id, std::optional<std::string> previous) {
    auto made = git::capture(box.opened(), capture_of(id, std::move(previous)));
    if (!made) throw std::runtime_error("capture " + id + ": " + made.error().what);
    return *made;
}

void restored(const Sandbox& box, const std::string& id, std::optional<std::string> rescue) {
    if (rescue) rescue = ref_of(*rescue);
    const auto done = git::restore(box.opened(), {.ref = ref_of(id), .rescue = std::move(rescue)});
    if (!done) throw std::runtime_error("restore " + id + ": " + done.error().what);
}

git::CommitFiles commit_of(const std::string& id, std::optional<std::string> checkpoint) {
    if (checkpoint) checkpoint = ref_of(*checkpoint);
    return {.id = id, .message = "Work of " + id, .checkpoint = std::move(checkpoint)};
}

git::CommitResult committed(const Sandbox& box, const std::string& id, std::optional<std::string> checkpoint) {
    auto made = git::commit(box.opened(), commit_of(id, std::move(checkpoint)));
    if (!made) throw std::runtime_error("commit " + id + ": " + made.error().what);
    return *made;
}

std::uint64_t seed_of(std::uint64_t otherwise) {
    const char* given = std::getenv("EVENFOLD_SEED");
    return given ? std::strtoull(given, nullptr, 10) : otherwise;
}

} // namespace evenfold::git_test
