#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "http/router.hpp"

namespace skyn3t::test {}
namespace skyn3t::server::test {
using namespace skyn3t::test;

// A client's end of a stream. It takes a chunk at once, or when the test says so.
struct FakeClient final : http::Responder::Sink, std::enable_shared_from_this<FakeClient> {
    struct Stream final : http::ResponseStream {
        explicit Stream(std::weak_ptr<FakeClient> its) : client(std::move(its)) {}
        ~Stream() override { end(); }
        void write(std::string chunk, Written written) override {
            const auto its = client.lock();
            if (!its) return;
            its->received += chunk;
            if (its->is_quick)
                written(true);
            else
                its->waiting = std::move(written);
        }
        void end() override {
            if (const auto its = client.lock()) its->has_ended = true;
        }
        const std::weak_ptr<FakeClient> client;  // the hub may outlive it
    };

    void respond(http::Response) override {}
    std::shared_ptr<http::ResponseStream> stream(http::Response,
                                                 std::function<void()> closed) override {
        if (!knows_streams) return nullptr;
        hang_up = std::move(closed);
        return std::make_shared<Stream>(weak_from_this());
    }
    // What has come since it was last asked, without the greeting.
    std::string take() {
        auto text = std::exchange(received, {});
        constexpr std::string_view kGreeting = "retry: 3000\n\n";
        return text.starts_with(kGreeting) ? text.substr(kGreeting.size()) : text;
    }

    bool knows_streams = true, is_quick = true, has_ended = false;
    std::string received;
    http::ResponseStream::Written waiting;
    std::function<void()> hang_up;
};

}  // namespace skyn3t::server::test
