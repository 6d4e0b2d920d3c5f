# skyn3t_precompiled(TARGET BUILDER HEADERS...)
# What every file of ours reads of libraries, read once for all of them. BUILDER is the target whose headers
# TARGET takes over; it makes them when it is TARGET itself. A file still includes what it uses: the builds that leave
# this out (clang's fuzzers) show what is missing.
option(SKYN3T_PRECOMPILED "Precompile the headers of libraries" ON)

set(SKYN3T_LIBRARY_HEADERS
    <algorithm> <array> <chrono> <functional> <map> <memory> <optional> <span> <string> <string_view> <unordered_map>
    <utility> <vector> <asio/co_spawn.hpp> <asio/io_context.hpp> <asio/ip/tcp.hpp> <asio/ip/udp.hpp> <asio/post.hpp>
    <asio/steady_timer.hpp> <asio/thread_pool.hpp> <asio/use_awaitable.hpp> <fmt/format.h> <nlohmann/json.hpp>)
set(SKYN3T_TEST_HEADERS ${SKYN3T_LIBRARY_HEADERS} <gmock/gmock.h> <gtest/gtest.h>)

function(skyn3t_precompiled target builder)
  if(NOT SKYN3T_PRECOMPILED OR NOT TARGET ${builder})
    return()
  endif()
  if(target STREQUAL builder)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${builder})
  endif()
endfunction()
