#include "base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>

namespace skyn3t::log {

void set_up(Level level) {
    auto logger = std::make_shared<spdlog::logger>(
        "skyn3t", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
    constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info,
                                                     spdlog::level::warn, spdlog::level::err};
    logger->set_level(kLevels[static_cast<int>(level)]);
    logger->flush_on(spdlog::level::warn);
    spdlog::set_default_logger(std::move(logger));
    spdlog::flush_every(std::chrono::seconds(1));
}

}  // namespace skyn3t::log
