#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/post.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "base/result.hpp"

namespace skyn3t::server {

// Asks a loop's thread from another one and waits for the answer, 5 s at most: Errc::unavailable
// then. Never on the loop's own thread.
template <class Question>
auto ask(const asio::any_io_executor& executor, Question question) -> Result<decltype(question())> {
    using Answer = decltype(question());
    // Shared: the loop may answer when nobody waits any more.
    const auto promise = std::make_shared<std::promise<Answer>>();
    auto answer = promise->get_future();
    asio::post(executor, [promise, question = std::move(question)]() mutable {
        promise->set_value(question());
    });
    if (answer.wait_for(std::chrono::seconds(5)) != std::future_status::ready)
        return fail(Errc::unavailable, "the signalling thread does not answer");
    return answer.get();
}

}  // namespace skyn3t::server
