/// A project with a signed journal, for tests of the program.
/// Shapes: the folder `keys` has one secret, `2026`, which writes; the journal has one event, and its name is
/// `journal.example/work`. The folder `signer` has a key that signs its heads once `add_signer` was called.
#pragma once

#include <string>
#include <string_view>

#include "evenfold/tests/cli/program.hpp"

namespace evenfold::cli_test {

inline constexpr const char* create_project =
    R"({"type":"CreateProject","project":"0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a01","title":"t","root":"/p"})";
inline constexpr const char* update_project =
    R"({"type":"UpdateProject","project":"0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a01","title":"u"})";

class SignedProject : public CliFixture {
public:
    SignedProject();

    /// Runs the program with the secret, and the signing key if there is one.
    [[nodiscard]] ProgramResult signed_run(Arguments arguments, std::string_view input = {}) const;

    /// Creates the signing key. Returns its verifier key.
    std::string add_signer();

    /// Gives the project the title `title`: one more event.
    void add_event(const std::string& title) const;

    [[nodiscard]] std::string secret(const std::string& name) const;

    /// Changes the journal's file with SQL, past the program.
    void change(const std::string& sql) const;

private:
    bool has_signer_ = false;
};

} // namespace evenfold::cli_test
