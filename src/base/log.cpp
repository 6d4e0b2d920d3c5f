#include "base/log.hpp"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <atomic>
#include <memory>

#include "base/log_limits.hpp"

namespace skyn3t::log {
namespace {

// Of lines that wait to be written, some 400 octets each; the oldest goes when it is full.
constexpr std::size_t kLogQueue = 8192;

// Lines of calls and phones come a few hundred a second in a rush that is no attack; of what is odd
// or wrong the first twenty tell what there is to know.
constexpr LogLimits::Rate kUsual{400, 200};
constexpr LogLimits::Rate kOdd{20, 2};

std::atomic<Language> log_language{Language::en};

LogLimits& log_limits() {
    static LogLimits limits;
    return limits;
}

}  // namespace

Output::Output(Level level, Language language) {
    log_language = language;
    spdlog::init_thread_pool(kLogQueue, 1);
    auto logger = std::make_shared<spdlog::async_logger>(
        "skyn3t", std::make_shared<spdlog::sinks::stderr_color_sink_mt>(), spdlog::thread_pool(),
        spdlog::async_overflow_policy::overrun_oldest);
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
    constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info,
                                                     spdlog::level::warn, spdlog::level::err};
    logger->set_level(kLevels[static_cast<int>(level)]);
    spdlog::set_default_logger(std::move(logger));
}

Output::~Output() {
    tell_left_out();
    // What is logged from here on, at the end of the process, goes straight to stderr.
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "skyn3t-end", std::make_shared<spdlog::sinks::stderr_color_sink_mt>()));
    spdlog::drop("skyn3t");
    spdlog::details::registry::instance().set_tp(nullptr);  // ends once its queue is written
}

bool admits(spdlog::level::level_enum level, std::string_view kind) {
    if (level < spdlog::level::info) return true;
    const auto& rate = level == spdlog::level::info ? kUsual : kOdd;
    return log_limits().admits(kind, rate, std::chrono::steady_clock::now());
}

void tell_left_out() {
    for (const auto& each : log_limits().take_left_out())
        spdlog::default_logger_raw()->warn(
            fmt::runtime(
                in_language("lines left out, there were too many of their kind count={} kind={}")),
            each.count, quoted(in_language(each.kind), 120));
}

std::string_view in_language(std::string_view line) {
    if (log_language.load(std::memory_order_relaxed) == Language::en) return line;
    const auto spanish = spanish_of(line);
    return spanish.empty() ? line : spanish;
}

Counters counters() {
    const auto pool = spdlog::thread_pool();
    return {log_limits().total(), pool ? pool->overrun_counter() : 0};
}

}  // namespace skyn3t::log
