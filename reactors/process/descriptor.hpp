/// A file descriptor that closes itself, and pipes of two.
/// Shape: -1 is none. Every descriptor made here is closed on exec, and its number is above those of the standard ones.
#pragma once

#include <expected>
#include <utility>

namespace evenfold::reactors::process {

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

    /// From now on reads and writes do not wait. False when the system refuses.
    [[nodiscard]] bool stop_waiting() const;

private:
    int number_ = -1;
};

struct Pipe {
    Descriptor read;
    Descriptor write;
};

/// A fresh pipe, or the errno.
[[nodiscard]] std::expected<Pipe, int> make_pipe();

} // namespace evenfold::reactors::process
