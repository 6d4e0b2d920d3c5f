#pragma once

#include <asio/awaitable.hpp>

namespace skyn3t {

// A coroutine on a loop's thread. It waits only in Signal and Inbox, which wait only on the timer
// wheel, so a test runs it on simulated time. See docs/adr/0003 for what g++ 12 must not be given.
template <class T>
using Task = asio::awaitable<T>;

}  // namespace skyn3t
