/// Counts interrupts (SIGINT, SIGTERM, SIGHUP) instead of ending the program, and turns broken pipes and files that
/// grow too large into errors.
/// Shape: one counter per process, safe to read from any thread. Each interrupt makes a blocked read or wait return
/// early.
#pragma once

namespace evenfold::system {

/// Makes each interrupt end reading and waiting instead of the program, from now on. SIGHUP stays ignored if it was
/// ignored before, because nohup(1) does that.
void catch_interrupts();

/// Returns the number of interrupts since catch_interrupts.
[[nodiscard]] unsigned interrupt_count();

/// Makes writes to a pipe without a reader fail instead of ending the program (SIGPIPE), from now on.
void ignore_broken_pipes();

/// Makes writes beyond the limit of file size fail (EFBIG) instead of ending the program (SIGXFSZ), from now on.
/// Programs that this one starts are not affected.
void survive_file_size_limit();

} // namespace evenfold::system
