#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "sip/message.hpp"
#include "support/fake_transport.hpp"

namespace skyn3t::test {

// Replaces every `{name}` in a text that a test writes out.
inline std::string filled(std::string text,
                          const std::vector<std::pair<std::string, std::string>>& values) {
    for (const auto& [name, value] : values) {
        const auto mark = "{" + name + "}";
        for (auto at = text.find(mark); at != std::string::npos;
             at = text.find(mark, at + value.size()))
            text.replace(at, mark.size(), value);
    }
    return text;
}

// Lines as a test writes them ("\n") as SIP sends them ("\r\n"), with Content-Length put in before
// the blank line.
inline std::string wire(std::string_view head, std::string_view body = {}) {
    std::string text;
    for (const char c : head) {
        if (c == '\n') text += '\r';
        text += c;
    }
    return text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

// A peer that says exactly what a test tells it to, and keeps what it hears.
class SipPeer final : public sip::TransportReceiver {
  public:
    SipPeer(FakeLoop& loop, FakeNetwork& network, const sip::Endpoint& local)
        : loop_(loop), transport_(network, local) {
        transport_.set_receiver(this);
    }

    struct Heard {
        std::chrono::milliseconds at;  // since the peer was made
        sip::Message message;
        sip::Flow flow;
    };
    std::vector<Heard> heard;
    bool ignores_nonsense = false;  // what it cannot parse, instead of failing the test

    FakeTransport& transport() { return transport_; }
    const sip::Endpoint& local() const { return transport_.local(); }

    void send(const sip::Endpoint& to, std::string text) {
        ASSERT_TRUE(transport_.send(transport_.udp_to(to), text));
        loop_.settle();
    }
    void send(const sip::Flow& flow, std::string text) {
        ASSERT_TRUE(transport_.send(flow, text));
        loop_.settle();
    }

    // "180 INVITE" for responses, "BYE" for requests, in the order of their arrival.
    std::vector<std::string> story() const {
        std::vector<std::string> lines;
        for (const auto& item : heard) lines.push_back(name(item.message));
        return lines;
    }
    std::vector<std::string> take_story() {
        auto lines = story();
        heard.clear();
        return lines;
    }
    // When each message of that name came, in ms.
    std::vector<int> times(std::string_view wanted) const {
        std::vector<int> at;
        for (const auto& item : heard)
            if (name(item.message) == wanted) at.push_back(static_cast<int>(item.at.count()));
        return at;
    }
    // The last one of that name.
    const sip::Message& last(std::string_view wanted) const {
        for (auto item = heard.rbegin(); item != heard.rend(); ++item)
            if (name(item->message) == wanted) return item->message;
        throw std::runtime_error("never heard " + std::string(wanted));
    }

    void on_received(std::string bytes, const sip::Flow& flow) override {
        auto message = sip::Message::parse(std::move(bytes));
        if (!message && ignores_nonsense) return;
        ASSERT_TRUE(message) << message.error().detail;
        const auto since = loop_.clock.now() - start_;
        heard.push_back({std::chrono::duration_cast<std::chrono::milliseconds>(since),
                         std::move(*message), flow});
    }
    void on_connection_closed(const sip::Flow& flow) override { closed.push_back(flow); }
    std::vector<sip::Flow> closed;

    static std::string name(const sip::Message& message) {
        if (message.is_request()) return std::string(message.method_name());
        return std::to_string(message.status()) + " " + std::string(message.method_name());
    }

    // A response to a request heard, with our To tag and more header lines ("Contact: <...>\n").
    static std::string response(const sip::Message& request, int status, std::string_view tag = {},
                                std::string_view lines = {}, std::string_view body = {}) {
        auto builder = sip::MessageBuilder::response_to(request, status, {}, tag);
        while (!lines.empty()) {
            const auto line = lines.substr(0, lines.find('\n'));
            lines.remove_prefix(std::min(line.size() + 1, lines.size()));
            builder.header(line.substr(0, line.find(':')), line.substr(line.find(':') + 2));
        }
        return body.empty() ? builder.build() : builder.body("application/sdp", body);
    }

  private:
    FakeLoop& loop_;
    FakeTransport transport_;
    SteadyTime start_ = loop_.clock.now();
};

}  // namespace skyn3t::test
