/// An owning file descriptor, and pipes.
/// Shape: a number, or -1 if there is none. New pipes are closed on exec and do not use the numbers 0 to 2.
/// Errors: an errno, or 0 on success.
#pragma once

#include <expected>
#include <string_view>
#include <utility>

namespace evenfold::system {

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() { close(); }

    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool is_open() const { return number_ >= 0; }
    void close();

    /// Gives up ownership and returns the number, which the caller must close.
    [[nodiscard]] int release() { return std::exchange(number_, -1); }

private:
    int number_ = -1;
};

/// Writes all of `bytes`, also after a signal. Returns 0 or an errno.
[[nodiscard]] int write_all(int file, std::string_view bytes);

/// Makes reads and writes return at once. Returns false when the system refuses.
[[nodiscard]] bool set_nonblocking(const Descriptor& descriptor);

struct Pipe {
    Descriptor read;
    Descriptor write;
};

/// Returns a new pipe, or the errno.
[[nodiscard]] std::expected<Pipe, int> make_pipe();

} // namespace evenfold::system
