#include <cstdio>

#include "evenfold/core/values/uuid.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"

int main() {
    const auto id = evenfold::parse_uuid("00000000-0000-4000-8000-000000000001");
    if (!id) return 1;
    evenfold::journal::MemoryJournal journal;
    const auto head = journal.head();
    if (!head || *head != 0) return 1;
    std::puts("consumer: evenfold works here");
}
