#pragma once

#include <spdlog/spdlog.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "base/log_words.hpp"
#include "base/text.hpp"

// The event in words, then key=value, the call first: log::info("leg answered call_sid={}
// codec={}", ...). error: someone must act. warn: handled, but odd. info: a line per change of a
// call's state. debug: SIP messages. Never passwords, digests, tokens or DTMF digits; a peer's text
// goes through quoted().
//
// A line is written by a thread of its own, from a bounded queue: who logs never waits for the disk
// or for whoever reads. Of one kind (a line's text before its values) only so many are written in a
// time, those of debug excepted, so that no stranger fills the disk; what is left out is counted,
// and told by tell_left_out(). The words are English here and Spanish in the log of who reads
// Spanish (log_words.hpp).
namespace skyn3t::log {

enum class Level { debug, info, warn, error };

// Lines go to stderr with time and level, for as long as this lives. One per process, made before
// threads start.
class Output {
  public:
    explicit Output(Level level, Language language = Language::en);
    ~Output();  // writes what is queued
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
};

// Writes a line for each kind of which lines were left out; called every few seconds.
void tell_left_out();
struct Counters {
    std::uint64_t left_out = 0;  // too many of their kind
    std::uint64_t lost = 0;      // not taken by whoever reads the log
};
[[nodiscard]] Counters counters();

// Whether a line of this kind may be written now.
[[nodiscard]] bool admits(spdlog::level::level_enum level, std::string_view kind);
// The line in the language of the log.
[[nodiscard]] std::string_view in_language(std::string_view line);

template <class... Args>
void write(spdlog::level::level_enum level, const spdlog::format_string_t<Args...>& text,
           Args&&... args) {
    spdlog::logger& logger = *spdlog::default_logger_raw();
    const fmt::string_view kind = text;
    if (!logger.should_log(level) || !admits(level, {kind.data(), kind.size()})) return;
    logger.log(level, fmt::runtime(in_language({kind.data(), kind.size()})),
               std::forward<Args>(args)...);
}

template <class... Args>
void debug(spdlog::format_string_t<Args...> text, Args&&... args) {
    write<Args...>(spdlog::level::debug, text, std::forward<Args>(args)...);
}
template <class... Args>
void info(spdlog::format_string_t<Args...> text, Args&&... args) {
    write<Args...>(spdlog::level::info, text, std::forward<Args>(args)...);
}
template <class... Args>
void warn(spdlog::format_string_t<Args...> text, Args&&... args) {
    write<Args...>(spdlog::level::warn, text, std::forward<Args>(args)...);
}
template <class... Args>
void error(spdlog::format_string_t<Args...> text, Args&&... args) {
    write<Args...>(spdlog::level::err, text, std::forward<Args>(args)...);
}

}  // namespace skyn3t::log
