#include "evenfold/reactors/process/launch.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "evenfold/reactors/process/fork.hpp"

namespace evenfold::reactors::process {

namespace {

constexpr int failed_code = 127;
constexpr unsigned first_of_ours = STDERR_FILENO + 1;

enum class LaunchStep : std::uint8_t { folder, program };

/// The failed step of a child that could not execute the program, and its errno.
struct ExecFailure {
    LaunchStep stage = LaunchStep::program;
    int error = 0;
};

/// All data that the child needs, created before the fork because the child must not allocate memory.
struct ExecPlan {
    std::vector<char*> argv;
    std::vector<char*> environment;
    std::vector<char*> candidates; // the paths to try, in order
    const char* folder = nullptr;
    int input = -1;
    int output = -1;
    int errors = -1;
    int exec_failure = -1;
    pid_t parent = -1;
};

std::unexpected<Failure> not_started(std::string what, std::string remedy) {
    return std::unexpected(
        Failure{.kind = FailureKind::not_started, .what = std::move(what), .remedy = std::move(remedy)});
}

std::string_view remedy_for(int error) {
    switch (error) {
    case ENOENT: return "check the name, that its folder is in PATH, and the interpreter that its #! line names";
    case EACCES: return "give the path of a program, and make it executable (chmod +x)";
    case ENOEXEC: return "add a first line such as #!/bin/sh, or build it for this machine";
    case E2BIG: return "pass fewer or shorter arguments; send a long prompt over standard input";
    case EMFILE:
    case ENFILE: return "raise the limit of open files of this process or machine (ulimit -n)";
    case EAGAIN:
    case ENOMEM: return "end other programs, or allow more processes";
    default: return "start it by hand to see the reason";
    }
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> found;
    for (std::string& text : texts) found.push_back(text.data());
    found.push_back(nullptr);
    return found;
}

/// Returns the given environment, or that of this process.
std::vector<char*> environment_of(LaunchOptions& program) {
    if (program.environment) return pointers(*program.environment);
    std::vector<char*> found;
    for (char** each = environ; each && *each; ++each) found.push_back(*each);
    found.push_back(nullptr);
    return found;
}

std::string_view path_in(const std::vector<char*>& environment) {
    constexpr std::string_view key = "PATH=";
    for (const char* each : environment) {
        if (each && std::string_view(each).starts_with(key)) return std::string_view(each).substr(key.size());
    }
    return "/bin:/usr/bin";
}

/// Returns the absolute paths to try for `name`. They are absolute because the child may change its folder.
std::vector<std::string> candidates_of(const std::string& name, std::string_view path) {
    std::error_code none;
    if (name.find('/') != std::string::npos) return {std::filesystem::absolute(name, none).string()};
    std::vector<std::string> found;
    while (true) {
        const std::size_t end = std::min(path.find(':'), path.size());
        const std::filesystem::path folder = end == 0 ? std::string_view(".") : path.substr(0, end);
        found.push_back(std::filesystem::absolute(folder / name, none).string());
        if (end == path.size()) return found;
        path.remove_prefix(end + 1);
    }
}

[[noreturn]] void report_and_exit(const ExecPlan& plan, LaunchStep stage, int error) {
    const ExecFailure exec_failure{.stage = stage, .error = error};
    [[maybe_unused]] const ssize_t written = ::write(plan.exec_failure, &exec_failure, sizeof exec_failure);
    ::_exit(failed_code);
}

void reset_signal_handlers() {
    struct sigaction action{};
    action.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &action, nullptr);
}

/// Runs the child after the fork. All signals are blocked until just before exec.
[[noreturn]] void exec_program(const ExecPlan& plan) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != plan.parent) ::_exit(failed_code); // the parent died before the prctl
    reset_signal_handlers();
    const bool joined = ::dup2(plan.input, STDIN_FILENO) >= 0 && ::dup2(plan.output, STDOUT_FILENO) >= 0 &&
                        (plan.errors < 0 || ::dup2(plan.errors, STDERR_FILENO) >= 0);
    if (!joined) report_and_exit(plan, LaunchStep::program, errno);
    close_from(first_of_ours, Closing::at_exec); // those that other code opened without O_CLOEXEC
    if (plan.folder && ::chdir(plan.folder) != 0) report_and_exit(plan, LaunchStep::folder, errno);
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
    int error = ENOENT;
    for (const char* candidate : plan.candidates) {
        if (!candidate) break;
        ::execve(candidate, plan.argv.data(), plan.environment.data());
        // As execvp(3): skip a missing file, and remember the error of one that may not be run.
        if (errno != ENOENT && errno != ENOTDIR) error = errno;
        if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) break;
    }
    report_and_exit(plan, LaunchStep::program, error);
}

/// Returns whether `text` can be passed to the system, which reads it up to the first zero byte.
bool is_plain(const std::string& text) {
    return text.find('\0') == std::string::npos;
}

std::expected<void, Failure> check(const LaunchOptions& program) {
    if (program.command.empty() || program.command.front().empty())
        return not_started("no program was given", "give the command after --");
    const bool plain = std::ranges::all_of(program.command, is_plain) && is_plain(program.folder) &&
                       (!program.environment || std::ranges::all_of(*program.environment, is_plain));
    if (!plain) {
        return not_started(program.command.front() + " cannot be started, because an argument contains a zero byte",
                           "remove the zero byte");
    }
    return {};
}

/// The three pipes, and the one on which the child reports an ExecFailure.
struct Pipes {
    system::Pipe input;
    system::Pipe output;
    system::Pipe errors;
    system::Pipe exec_failure;
};

std::expected<Pipes, int> make_pipes(ErrorOutput errors) {
    Pipes pipes;
    const bool keeps = errors == ErrorOutput::kept;
    for (system::Pipe* pipe : {&pipes.input, &pipes.output, keeps ? &pipes.errors : nullptr, &pipes.exec_failure}) {
        if (!pipe) continue;
        auto made = system::make_pipe();
        if (!made) return std::unexpected(made.error());
        *pipe = *std::move(made);
    }
    const bool ready = system::set_nonblocking(pipes.input.write) && system::set_nonblocking(pipes.output.read) &&
                       (!keeps || system::set_nonblocking(pipes.errors.read));
    if (!ready) return std::unexpected(errno);
    return pipes;
}

/// Returns the failure that the child reported; nothing if it executed the program.
std::optional<ExecFailure> read_exec_failure(const Descriptor& pipe) {
    ExecFailure exec_failure;
    ssize_t count = 0;
    do {
        count = ::read(pipe.number(), &exec_failure, sizeof exec_failure);
    } while (count < 0 && errno == EINTR);
    if (count != sizeof exec_failure) return std::nullopt;
    return exec_failure;
}

std::unexpected<Failure> failure_of(const ExecFailure& exec_failure, const LaunchOptions& program) {
    if (exec_failure.stage == LaunchStep::folder) {
        return not_started(fmt::format("{} cannot be started in {}: {}", program.command.front(), program.folder,
                                       system::message_of_errno(exec_failure.error)),
                           "check that the folder exists and can be entered");
    }
    return not_started(
        fmt::format("{} cannot be started: {}", program.command.front(), system::message_of_errno(exec_failure.error)),
        std::string(remedy_for(exec_failure.error)));
}

} // namespace

std::vector<std::string> inherited_environment() {
    std::vector<std::string> found;
    for (char** each = environ; each && *each; ++each) found.emplace_back(*each);
    return found;
}

std::expected<LaunchedProgram, Failure> launch(const LaunchOptions& options) {
    if (const auto sound = check(options); !sound) return std::unexpected(sound.error());
    LaunchOptions program = options; // a copy, because exec takes mutable texts
    auto pipes = make_pipes(program.errors);
    if (!pipes) return failure_of({.stage = LaunchStep::program, .error = pipes.error()}, program);
    ExecPlan plan{.argv = pointers(program.command),
                  .environment = environment_of(program),
                  .candidates = {},
                  .folder = program.folder.empty() ? nullptr : program.folder.c_str(),
                  .input = pipes->input.read.number(),
                  .output = pipes->output.write.number(),
                  .errors = pipes->errors.write.number(),
                  .exec_failure = pipes->exec_failure.write.number(),
                  .parent = ::getpid()};
    std::vector<std::string> candidates = candidates_of(program.command.front(), path_in(plan.environment));
    plan.candidates = pointers(candidates);

    const auto pid = fork_quietly();
    if (!pid) return failure_of({.stage = LaunchStep::program, .error = pid.error()}, program);
    if (*pid == 0) exec_program(plan);
    pipes->exec_failure.write.close();
    pipes->input.read.close();
    pipes->output.write.close();
    pipes->errors.write.close();
    if (const auto exec_failure = read_exec_failure(pipes->exec_failure.read)) {
        reap(*pid);
        return failure_of(*exec_failure, program);
    }
    auto guard = GroupGuard::start(*pid);
    if (!guard) {
        ::kill(-*pid, SIGKILL);
        reap(*pid);
        return failure_of({.stage = LaunchStep::program, .error = guard.error()}, program);
    }
    return LaunchedProgram{.pid = *pid,
                           .guard = *std::move(guard),
                           .input = std::move(pipes->input.write),
                           .output = std::move(pipes->output.read),
                           .errors = std::move(pipes->errors.read)};
}

} // namespace evenfold::reactors::process
