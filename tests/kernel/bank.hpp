/// A small separate domain, which shows that the kernel can run any domain: accounts and transfers between them.
/// Shapes: amounts are whole numbers. A transfer is two events, between which the sum of all balances is wrong.
/// Its streams are its accounts; a provider may not withdraw.
#pragma once

#include <boost/hana/define_struct.hpp>
#include <variant>

#include "evenfold/core/containers/table.hpp"
#include "evenfold/core/events/unknown.hpp"
#include "evenfold/kernel/kernel.hpp"

namespace evenfold::bank {

using AccountId = Id<struct AccountTag>;

struct Open {
    BOOST_HANA_DEFINE_STRUCT(Open, (AccountId, account));
    friend bool operator==(const Open&, const Open&) = default;
};
struct Deposit {
    BOOST_HANA_DEFINE_STRUCT(Deposit, (AccountId, account), (std::uint64_t, amount));
    friend bool operator==(const Deposit&, const Deposit&) = default;
};
struct Withdraw {
    BOOST_HANA_DEFINE_STRUCT(Withdraw, (AccountId, account), (std::uint64_t, amount));
    friend bool operator==(const Withdraw&, const Withdraw&) = default;
};
/// A transfer of zero has no events.
struct Transfer {
    BOOST_HANA_DEFINE_STRUCT(Transfer, (AccountId, from), (AccountId, to), (std::uint64_t, amount));
    friend bool operator==(const Transfer&, const Transfer&) = default;
};

struct Opened {
    BOOST_HANA_DEFINE_STRUCT(Opened, (AccountId, account));
    friend bool operator==(const Opened&, const Opened&) = default;
};
struct Deposited {
    BOOST_HANA_DEFINE_STRUCT(Deposited, (AccountId, account), (std::uint64_t, amount));
    friend bool operator==(const Deposited&, const Deposited&) = default;
};
struct Withdrawn {
    BOOST_HANA_DEFINE_STRUCT(Withdrawn, (AccountId, account), (std::uint64_t, amount));
    friend bool operator==(const Withdrawn&, const Withdrawn&) = default;
};

struct NoSuchAccount {
    BOOST_HANA_DEFINE_STRUCT(NoSuchAccount, (AccountId, account));
    friend bool operator==(const NoSuchAccount&, const NoSuchAccount&) = default;
};
struct AlreadyOpen {
    BOOST_HANA_DEFINE_STRUCT(AlreadyOpen, (AccountId, account));
    friend bool operator==(const AlreadyOpen&, const AlreadyOpen&) = default;
};
struct TooLittle {
    BOOST_HANA_DEFINE_STRUCT(TooLittle, (std::uint64_t, balance));
    friend bool operator==(const TooLittle&, const TooLittle&) = default;
};
struct NotYours {
    BOOST_HANA_DEFINE_STRUCT(NotYours);
    friend bool operator==(const NotYours&, const NotYours&) = default;
};

struct Account {
    BOOST_HANA_DEFINE_STRUCT(Account, (AccountId, id), (std::uint64_t, balance));
    friend bool operator==(const Account&, const Account&) = default;
};
struct Accounts {
    BOOST_HANA_DEFINE_STRUCT(Accounts, (Table<Account>, accounts));
    friend bool operator==(const Accounts&, const Accounts&) = default;
};

struct Bank {
    using Command = std::variant<Open, Deposit, Withdraw, Transfer>;
    using Event = std::variant<Opened, Deposited, Withdrawn, Unknown>;
    using Error = std::variant<NoSuchAccount, AlreadyOpen, TooLittle, NotYours>;
    using Model = Accounts;

    static std::expected<std::vector<Event>, Error> decide(const Command& request, const Model& model);
    static Model project(Model model, const Event& event);
    static std::string stream_of(const Event& event, const Model& model);
    static std::optional<Error> forbid(Actor actor, const Command& request);
};

using Kernel = kernel::Kernel<Bank>;
using Outcome = kernel::Outcome<Bank>;
using BankCommand = Kernel::Command;

/// Returns the sum of all balances.
[[nodiscard]] std::uint64_t money(const Accounts& model);

[[nodiscard]] std::uint64_t balance(const Kernel& kernel, const AccountId& account);

[[nodiscard]] AccountId account(std::uint8_t number);
[[nodiscard]] CommandId command(std::uint64_t number);

/// Returns the command with this number, submitted by a user at this millisecond.
[[nodiscard]] BankCommand make_command(std::uint64_t number, Bank::Command body);

/// Returns the sequence of the first event, or 0 if there is no receipt.
[[nodiscard]] Sequence first_of(const Outcome& outcome);

/// Returns the receipt, or nothing.
[[nodiscard]] std::optional<journal::Receipt> receipt_of(const Outcome& outcome);

/// Returns the refusal if it is a T.
template <class T>
[[nodiscard]] std::optional<T> refusal_of(const Outcome& outcome) {
    if (outcome) return std::nullopt;
    const auto* refusal = std::get_if<T>(&outcome.error());
    return refusal ? std::optional(*refusal) : std::nullopt;
}

/// Returns the domain's own error.
[[nodiscard]] std::optional<Bank::Error> error_of(const Outcome& outcome);

/// Returns a kernel whose clock always returns 5000 ms.
[[nodiscard]] std::unique_ptr<Kernel> kernel_over(journal::Journal& journal);

} // namespace evenfold::bank

namespace evenfold {
extern template const Shape& shape_of<bank::Bank::Command>();
extern template const Shape& shape_of<bank::Bank::Event>();
extern template const Shape& shape_of<bank::Accounts>();
extern template class kernel::Kernel<bank::Bank>;
} // namespace evenfold
