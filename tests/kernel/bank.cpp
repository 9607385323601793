#include "evenfold/tests/kernel/bank.hpp"

#include <stdexcept>

#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::bank {
namespace {

using Decision = std::expected<std::vector<Bank::Event>, Bank::Error>;

Decision on(const Open& request, const Accounts& model) {
    if (model.accounts.contains(request.account)) return std::unexpected(AlreadyOpen{request.account});
    return std::vector<Bank::Event>{Opened{request.account}};
}

Decision on(const Deposit& request, const Accounts& model) {
    if (!model.accounts.contains(request.account)) return std::unexpected(NoSuchAccount{request.account});
    return std::vector<Bank::Event>{Deposited{request.account, request.amount}};
}

Decision on(const Withdraw& request, const Accounts& model) {
    const Account* account = model.accounts.find(request.account);
    if (!account) return std::unexpected(NoSuchAccount{request.account});
    if (account->balance < request.amount) return std::unexpected(TooLittle{account->balance});
    return std::vector<Bank::Event>{Withdrawn{request.account, request.amount}};
}

Decision on(const Transfer& request, const Accounts& model) {
    if (request.amount == 0) return std::vector<Bank::Event>{};
    auto events = on(Withdraw{request.from, request.amount}, model);
    const auto more = on(Deposit{request.to, request.amount}, model);
    if (!events || !more) return events ? more : events;
    events->insert(events->end(), more->begin(), more->end());
    return events;
}

void move(Accounts& model, const Opened& event) {
    model.accounts.insert({.id = event.account, .balance = 0});
}
void move(Accounts& model, const Deposited& event) {
    if (Account* account = model.accounts.find(event.account)) account->balance += event.amount;
}
void move(Accounts& model, const Withdrawn& event) {
    if (Account* account = model.accounts.find(event.account)) account->balance -= event.amount;
}
void move(Accounts&, const Unknown&) {}

} // namespace

Decision Bank::decide(const Command& request, const Model& model) {
    return std::visit([&](const auto& make_command) { return on(make_command, model); }, request);
}

Accounts Bank::project(Model model, const Event& event) {
    std::visit([&](const auto& happened) { move(model, happened); }, event);
    return model;
}

std::string Bank::stream_of(const Event& event, const Model&) {
    return std::visit(
        [](const auto& happened) -> std::string {
            if constexpr (requires { happened.account; })
                return "account/" + to_text(happened.account);
            else
                return "unknown";
        },
        event);
}

std::optional<Bank::Error> Bank::forbid(Actor actor, const Command& request) {
    if (actor == Actor::provider && std::holds_alternative<Withdraw>(request)) return NotYours{};
    return std::nullopt;
}

std::uint64_t money(const Accounts& model) {
    std::uint64_t sum = 0;
    for (const Account* account : model.accounts.sorted()) sum += account->balance;
    return sum;
}

std::uint64_t balance(const Kernel& kernel, const AccountId& account) {
    return kernel.read([&](const Accounts& model, Sequence) {
        const Account* found = model.accounts.find(account);
        return found ? found->balance : 0;
    });
}

AccountId account(std::uint8_t number) {
    AccountId id;
    id.uuid.bytes.back() = number;
    return id;
}

CommandId command(std::uint64_t number) {
    CommandId id;
    for (std::size_t index = 0; index < 8; ++index) {
        id.uuid.bytes[15 - index] = static_cast<std::uint8_t>(number >> (8 * index));
    }
    return id;
}

BankCommand make_command(std::uint64_t number, Bank::Command body) {
    return {.command = command(number),
            .actor = Actor::user,
            .at = {static_cast<std::int64_t>(number)},
            .cause = {},
            .correlation = {},
            .body = std::move(body)};
}

Sequence first_of(const Outcome& outcome) {
    return outcome ? outcome->first : 0;
}

std::optional<journal::Receipt> receipt_of(const Outcome& outcome) {
    return outcome ? std::optional(*outcome) : std::nullopt;
}

std::optional<Bank::Error> error_of(const Outcome& outcome) {
    const auto rejected = refusal_of<kernel::Rejected<Bank>>(outcome);
    return rejected ? std::optional(rejected->error) : std::nullopt;
}

std::unique_ptr<Kernel> kernel_over(journal::Journal& journal) {
    auto kernel = Kernel::open(journal, [] { return Instant{5000}; });
    if (!kernel) throw std::runtime_error("no kernel: " + kernel.error().what);
    return std::move(*kernel);
}

} // namespace evenfold::bank

namespace evenfold {
template const Shape& shape_of<bank::Bank::Command>();
template const Shape& shape_of<bank::Bank::Event>();
template const Shape& shape_of<bank::Accounts>();
template class kernel::Kernel<bank::Bank>;
} // namespace evenfold
